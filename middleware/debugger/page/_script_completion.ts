/**
 * Completion of names with Tab. A Tab that has nothing to complete, and the one
 * after Escape, leaves the field as everywhere else, so that the keyboard is
 * never caught (WCAG 2.2, 2.1.2).
 */
export const COMPLETION_SCRIPT = String.raw`
let lists = 0;
const BEFORE_CURSOR = /[\p{ID_Continue}$#\u200c\u200d]*$/u;
const completeNames = (input, ask, frame) => {
  const list = make("div", { className: "names", id: "names-" + lists++, hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Names");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  ask.append(list);
  let latest = 0;
  let selected = 0;
  let leaving;
  const typed = () =>
    BEFORE_CURSOR.exec(input.value.slice(0, input.selectionStart))[0];
  const options = () => [...list.children];
  const close = () => {
    latest++;
    list.hidden = true;
    list.replaceChildren();
    input.removeAttribute("aria-activedescendant");
  };
  const select = (index) => {
    const all = options();
    selected = (index + all.length) % all.length;
    all.forEach((option, at) => {
      option.setAttribute("aria-selected", String(at === selected));
    });
    input.setAttribute("aria-activedescendant", all[selected].id);
    all[selected].scrollIntoView({ block: "nearest" });
  };
  const insert = (name) => {
    const end = input.selectionStart;
    input.setRangeText(name, end - typed().length, end, "end");
    setRows(input);
  };
  const accept = () => {
    insert(options()[selected].dataset.name);
    close();
    input.focus();
  };
  const show = (names) => {
    list.replaceChildren(...names.map((name, index) => {
      const option = make("div", { id: list.id + "-" + index }, name);
      option.dataset.name = name;
      option.setAttribute("role", "option");
      option.addEventListener("mousedown", (event) => {
        event.preventDefault();
        select(index);
        accept();
      });
      return option;
    }));
    list.hidden = false;
    select(0);
    say(names.length + " names");
  };
  const complete = async (mayInsert) => {
    const { value: code, selectionStart: cursor } = input;
    const number = ++latest;
    let names = [];
    try {
      ({ names } = await command("complete", {
        report: data.report,
        frame,
        code,
        cursor,
      }));
    } catch (error) {
      say(error.message);
    }
    const isStale = number !== latest || input.value !== code ||
      input.selectionStart !== cursor;
    if (isStale) return;
    if (names.length === 0) {
      leaving = code;
      return close();
    }
    if (!mayInsert) return show(names);
    const shared = sharedStart(names);
    if (shared.length > typed().length) insert(shared);
    if (names.length > 1) show(names);
    else close();
  };
  input.addEventListener("input", () => {
    if (list.hidden) return;
    if (typed() === "") close();
    else complete(false);
  });
  input.addEventListener("blur", close);
  const handleOpen = (event) => {
    const { key } = event;
    if (key === "ArrowDown") select(selected + 1);
    else if (key === "ArrowUp") select(selected - 1);
    else if (key === "Enter" || key === "Tab") accept();
    else if (key === "Escape") close();
    else {
      if (key === "ArrowLeft" || key === "ArrowRight") close();
      return false;
    }
    event.preventDefault();
    return true;
  };
  return {
    handle: (event) => {
      if (!list.hidden) return handleOpen(event);
      const { key, shiftKey, ctrlKey, altKey, metaKey } = event;
      if (key === "Escape") leaving = input.value;
      if (key !== "Tab" || shiftKey || ctrlKey || altKey || metaKey) return false;
      const before = input.value.slice(0, input.selectionStart);
      const hasName = /[\p{ID_Continue}$#.]$/u.test(before);
      if (!hasName || leaving === input.value) return false;
      event.preventDefault();
      complete(true);
      return true;
    },
  };
};
const sharedStart = ([first, ...others]) => {
  let length = first.length;
  for (const other of others) {
    while (!other.startsWith(first.slice(0, length))) length--;
  }
  return first.slice(0, length);
};
`;
