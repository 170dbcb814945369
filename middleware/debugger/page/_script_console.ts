/**
 * A console: a log, and below it a field for code. Answers appear in the order
 * of the questions, whatever the order they come in.
 */
export const CONSOLE_SCRIPT = String.raw`
const openConsole = (node) => {
  const frame = Number(node.dataset.frame);
  const log = make("div", { className: "log" });
  log.setAttribute("role", "log");
  log.setAttribute("aria-label", "Answers");
  const input = make("textarea", {
    rows: 1,
    spellcheck: false,
    autocomplete: "off",
    autocapitalize: "off",
    placeholder: node.dataset.hint ?? "Evaluate in this frame",
    ariaLabel: node.dataset.label ?? "Code to evaluate in this frame",
  });
  const clear = make("button", { type: "button", hidden: true }, "Clear");
  const ask = make("div", { className: "ask" }, input, clear);
  node.append(log, ask);
  const clearLog = () => {
    log.replaceChildren();
    clear.hidden = true;
    input.focus();
  };
  clear.addEventListener("click", clearLog);
  const evaluate = async () => {
    const code = input.value;
    if (code.trim() === "") return;
    const entry = make(
      "div",
      { className: "entry" },
      make("pre", { className: "asked" }, code),
      make("p", { className: "quiet" }, "…"),
    );
    log.append(entry);
    clear.hidden = false;
    setCode(input, "");
    history.reset();
    scrollDown(log);
    try {
      const answer = await command("eval", { report: data.report, frame, code });
      if (answer.isIncomplete) {
        entry.remove();
        clear.hidden = log.childElementCount === 0;
        // What was typed meanwhile is not lost.
        return setCode(input, code + "\n" + input.value);
      }
      remember(code);
      entry.lastChild.remove();
      entry.append(...answerNodes(answer, frame));
    } catch (error) {
      entry.lastChild.remove();
      entry.append(make("pre", { className: "failed" }, error.message));
      if (input.value === "") setCode(input, code);
    }
    scrollDown(log);
  };
  const history = recall(input);
  const completion = completeNames(input, ask, frame);
  input.addEventListener("input", () => setRows(input));
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || completion.handle(event)) return;
    const { key, shiftKey, ctrlKey, altKey, metaKey } = event;
    const isPlain = !ctrlKey && !altKey && !metaKey;
    if (key === "Enter" && !shiftKey && !altKey) {
      event.preventDefault();
      evaluate();
    } else if (key === "l" && ctrlKey) {
      event.preventDefault();
      clearLog();
    } else if (isPlain && !shiftKey && history.handle(key)) {
      event.preventDefault();
    }
  });
};
const setRows = (input) => {
  input.rows = Math.min(input.value.split("\n").length, 12);
};
const setCode = (input, code) => {
  input.value = code;
  input.setSelectionRange(code.length, code.length);
  setRows(input);
};
const scrollDown = (log) => {
  log.scrollTop = log.scrollHeight;
};
const answerNodes = ({ output, value, ref, error }, frame) => {
  const nodes = [];
  if (output) nodes.push(make("pre", { className: "printed" }, output));
  if (error !== undefined) {
    nodes.push(make("pre", { className: "failed" }, error));
  } else if (value) {
    const shown = valueNode(value);
    const item = value.isExpandable && ref !== undefined
      ? memberNode([shown], { report: data.report, frame, ref, path: [] })
      : shown;
    nodes.push(make("ul", { className: "tree" }, make("li", {}, item)));
  }
  return nodes;
};
for (const node of document.querySelectorAll(".console")) openConsole(node);
`;
