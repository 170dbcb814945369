/**
 * Walking through the frames with keys, and what an address that names a frame
 * means: it is unfolded, and its console is ready to type in.
 */
export const KEYS_SCRIPT = String.raw`
const shownFrames = () =>
  [...document.querySelectorAll(".frame > summary")]
    .filter((summary) => summary.checkVisibility());
const goToFrame = (step) => {
  const summaries = shownFrames();
  const here = document.activeElement?.closest(".frame")
    ?.querySelector(":scope > summary");
  const index = summaries.indexOf(here);
  const next = summaries[index < 0 ? 0 : index + step];
  if (!next) return;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
};
const goToConsole = () => {
  const frame = document.activeElement?.closest(".frame");
  const input = frame?.querySelector(".ask textarea") ??
    document.querySelector(".ask textarea");
  if (!input) return;
  input.closest("details")?.setAttribute("open", "");
  input.focus();
};
const KEYS = {
  j: () => goToFrame(1),
  k: () => goToFrame(-1),
  "/": goToConsole,
};
document.addEventListener("keydown", (event) => {
  const { key, ctrlKey, metaKey, altKey, target } = event;
  if (ctrlKey || metaKey || altKey || !Object.hasOwn(KEYS, key)) return;
  if (target.closest("input, textarea, select, dialog")) return;
  event.preventDefault();
  KEYS[key]();
});
const goToHash = () => {
  const frame = /^#frame-\d+$/.test(location.hash) &&
    document.getElementById(location.hash.slice(1));
  if (!frame) return;
  for (let at = frame; at; at = at.parentElement?.closest("details")) {
    at.setAttribute("open", "");
  }
  frame.scrollIntoView();
  (frame.querySelector(".ask textarea") ?? frame.querySelector("summary"))
    ?.focus({ preventScroll: true });
};
addEventListener("hashchange", goToHash);
// Before, the browser goes there itself, and takes the focus away.
addEventListener("load", goToHash);
`;
