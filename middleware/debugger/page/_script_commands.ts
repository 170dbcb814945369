/**
 * Sending commands. A command that the server answers with 401 is repeated once
 * the PIN was given; commands that wait for it together ask for it once.
 */
export const COMMANDS_SCRIPT = String.raw`
const post = (command, body) =>
  fetch(new URL(command, data.console.url), {
    method: "POST",
    headers: { "content-type": "application/json", "x-devserve-token": data.console.token },
    body: JSON.stringify(body),
    credentials: "same-origin",
    redirect: "error",
    cache: "no-store",
  });
const readAnswer = async (response) => {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return { error: text.trim() };
  }
};
const command = async (name, body) => {
  let response;
  try {
    response = await post(name, body);
    while (response.status === 401) {
      if (!await askPin()) throw new Error("The PIN is needed for that");
      response = await post(name, body);
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Error(
      "Cannot reach the server: it has stopped, or started anew, which ends " +
        "this console. Repeat the request that failed to get a new page",
    );
  }
  const answer = await readAnswer(response);
  if (response.ok) return answer;
  throw new Error(answer.error || "The server answered " + response.status);
};
`;

/** The prompt for the PIN. */
export const PIN_SCRIPT = String.raw`
let asking;
const askPin = () => asking ??= promptPin().finally(() => asking = undefined);
const promptPin = () => {
  const input = make("input", {
    id: "pin",
    type: "text",
    inputMode: "numeric",
    autocomplete: "off",
    spellcheck: false,
    required: true,
  });
  input.setAttribute("aria-describedby", "pin-problem");
  const problem = make("p", { className: "failed", id: "pin-problem" });
  problem.setAttribute("role", "alert");
  const submit = make("button", { type: "submit" }, "Unlock");
  const cancel = make("button", { type: "button" }, "Cancel");
  const form = make(
    "form",
    {},
    make("h2", { id: "pin-title" }, "Unlock the console"),
    make("p", { className: "quiet" }, "The PIN is in the terminal."),
    make("label", { htmlFor: "pin" }, "PIN"),
    input,
    problem,
    make("div", { className: "actions" }, submit, cancel),
  );
  const dialog = make("dialog", {}, form);
  dialog.setAttribute("aria-labelledby", "pin-title");
  document.body.append(dialog);
  return new Promise((resolve) => {
    let isRight = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      submit.disabled = true;
      try {
        const response = await post("pin", { pin: input.value });
        isRight = response.ok;
        if (isRight) return dialog.close();
        const { error } = await readAnswer(response);
        problem.textContent = error || "That is not the PIN";
        input.select();
      } catch {
        problem.textContent = "Cannot reach the server";
      } finally {
        submit.disabled = false;
      }
    });
    cancel.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(isRight);
    });
    dialog.showModal();
    input.focus();
  });
};
`;
