/** Scrolls sources to the failing place, where that is beyond their right end. */
export const MARKS_SCRIPT = String.raw`
const showMark = (source) => {
  const mark = source.querySelector("mark");
  if (!mark) return;
  const beyond = mark.getBoundingClientRect().right -
    source.getBoundingClientRect().right;
  if (beyond > 0) source.scrollLeft += beyond + source.clientWidth / 2;
};
const showMarks = (node) => node.querySelectorAll(".source").forEach(showMark);
showMarks(document);
// What is folded has no width before.
document.addEventListener("toggle", ({ target }) => showMarks(target), true);
`;
