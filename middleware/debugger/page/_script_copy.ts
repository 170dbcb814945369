/**
 * The buttons that copy. The clipboard is there for trustworthy origins only;
 * elsewhere the text is shown selected, and copied the old way if that works.
 */
export const COPY_SCRIPT = String.raw`
const status = document.querySelector("[role=status]");
const say = (text) => {
  status.textContent = text;
};
const copyByHand = (button, text) => {
  document.querySelector(".copyable")?.remove();
  const area = make("textarea", {
    className: "copyable",
    readOnly: true,
    value: text,
    ariaLabel: "Text to copy",
  });
  button.parentElement.after(area);
  area.focus();
  area.select();
  return document.execCommand("copy");
};
for (const button of document.querySelectorAll("[data-copy]")) {
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = data[button.dataset.copy];
    let isCopied = false;
    try {
      await navigator.clipboard.writeText(text);
      isCopied = true;
    } catch {
      isCopied = copyByHand(button, text);
    }
    const told = isCopied ? "Copied" : "Press Ctrl+C to copy";
    button.textContent = told;
    say(told);
    setTimeout(() => {
      button.textContent = label;
    }, 2000);
  });
}
`;
