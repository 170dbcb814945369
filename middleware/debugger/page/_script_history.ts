/**
 * What was evaluated before, called back with the arrow keys: common to all
 * consoles of a tab, and kept as long as the tab.
 */
export const HISTORY_SCRIPT = String.raw`
const HISTORY_LENGTH = 200;
let past = [];
try {
  const kept = JSON.parse(sessionStorage.getItem("devserve-history"));
  if (Array.isArray(kept)) past = kept.filter((code) => typeof code === "string");
} catch {}
const remember = (code) => {
  past = [...past.filter((other) => other !== code), code].slice(-HISTORY_LENGTH);
  try {
    sessionStorage.setItem("devserve-history", JSON.stringify(past));
  } catch {}
};
const recall = (input) => {
  let back = 0;
  let draft = "";
  const show = (next) => {
    if (next < 0 || next > past.length) return false;
    if (back === 0) draft = input.value;
    back = next;
    setCode(input, back === 0 ? draft : past[past.length - back]);
    return true;
  };
  const isOnEdge = (key) => {
    const { value, selectionStart: start, selectionEnd: end } = input;
    if (start !== end) return false;
    const rest = key === "ArrowUp" ? value.slice(0, start) : value.slice(end);
    return !rest.includes("\n");
  };
  input.addEventListener("input", () => {
    back = 0;
  });
  return {
    reset: () => {
      back = 0;
      draft = "";
    },
    handle: (key) => {
      if (key !== "ArrowUp" && key !== "ArrowDown") return false;
      return isOnEdge(key) && show(back + (key === "ArrowUp" ? 1 : -1));
    },
  };
};
`;
