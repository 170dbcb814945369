/**
 * Values that unfold: what is in one is asked for when it is opened. Texts get
 * into the page as text, never as HTML.
 */
export const TREE_SCRIPT = String.raw`
const PAGE_LENGTH = 100;
const secretNode = (value) =>
  make(
    "details",
    { className: "secret" },
    make(
      "summary",
      {},
      make("span", { ariaHidden: "true" }, "••••••••"),
      make("span", { className: "spoken" }, "Hidden value"),
    ),
    value,
  );
const valueNode = ({ type, text }) =>
  make("span", { className: "value " + type }, text);
const memberNode = (head, source) => {
  const node = make(
    "details",
    { className: "member" },
    make("summary", {}, ...head),
  );
  sources.set(node, source);
  return node;
};
const variableNode = ({ name, kind, value, isSecret }, source) => {
  const label = make("span", { className: "name " + kind }, name);
  const shown = valueNode(value);
  if (isSecret) return make("li", {}, label, ": ", secretNode(shown));
  if (!value.isExpandable) return make("li", {}, label, ": ", shown);
  return make("li", {}, memberNode([label, ": ", shown], source));
};
/** What to send to get the members of an element. */
const sources = new WeakMap();
const sourceOf = (node) => {
  if (sources.has(node)) return sources.get(node);
  const { frame } = node.closest(".scope").dataset;
  return {
    report: data.report,
    frame: Number(frame),
    path: JSON.parse(node.dataset.path),
  };
};
const load = async (list, source, start) => {
  const wait = make("li", { className: "quiet" }, "…");
  list.append(wait);
  try {
    const { members, rest } = await command("members", {
      ...source,
      start,
      count: PAGE_LENGTH,
    });
    members.forEach((member, index) => {
      const path = [...source.path, start + index];
      list.append(variableNode(member, { ...source, path }));
    });
    if (start + members.length === 0) {
      list.append(make("li", { className: "quiet" }, "empty"));
    }
    if (rest > 0) list.append(moreNode(list, source, start + members.length, rest));
    return true;
  } catch (error) {
    list.append(make("li", { className: "value error" }, error.message));
    return false;
  } finally {
    wait.remove();
  }
};
const moreNode = (list, source, start, rest) => {
  const count = Math.min(rest, PAGE_LENGTH);
  const button = make(
    "button",
    { type: "button", className: "more" },
    count < rest ? "Show " + count + " of " + rest + " more" : "Show " + rest + " more",
  );
  const item = make("li", {}, button);
  button.addEventListener("click", async () => {
    item.remove();
    await load(list, source, start);
  });
  return item;
};
document.addEventListener("toggle", async ({ target: node }) => {
  if (!node.matches(".member") || !node.open) return;
  if (node.querySelector(":scope > .tree")) return;
  const list = make("ul", { className: "tree" });
  node.append(list);
  // What failed is tried again when it is opened again.
  if (!await load(list, sourceOf(node), 0)) {
    node.addEventListener("toggle", () => list.remove(), { once: true });
  }
}, true);
`;
