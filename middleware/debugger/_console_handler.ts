import { checkPin, LOCKED } from "./_check_pin.ts";
import { CommandError } from "./_command_error.ts";
import { type Command, COMMANDS, type FindConsole } from "./_commands.ts";
import type { ConsoleAccess } from "./_console_access.ts";
import { answerConsolePage, type PageOf } from "./_console_pages.ts";
import {
  jsonResponse,
  textResponse,
  withoutBody,
} from "./_debugger_headers.ts";
import { guardCommand, STALE } from "./_guard_command.ts";
import { textOf } from "./_print_error.ts";
import { readJson } from "./_read_json.ts";

/** What the console server works with. */
export interface ConsoleContext {
  /** Who may use it. */
  readonly access: ConsoleAccess;
  /** Finds the console of a frame. */
  readonly findConsole: FindConsole;
  /** Makes the page of an error or, for `console`, of none. */
  readonly pageOf: PageOf;
}

/**
 * Makes the handler of the console server.
 *
 * @param context What it works with.
 * @returns A handler that never fails.
 */
export function consoleHandler(
  context: ConsoleContext,
): (request: Request, port: number) => Promise<Response> {
  return async function answerConsole(request, port): Promise<Response> {
    const response = await answer(request, port, context);
    return request.method === "HEAD" ? withoutBody(response) : response;
  };
}

async function answer(
  request: Request,
  port: number,
  context: ConsoleContext,
): Promise<Response> {
  const host = `127.0.0.1:${port}`;
  const origin = `http://${host}`;
  // As it was sent: what a parser makes of dots and slashes must not matter.
  const isOurs = request.headers.get("host") === host &&
    request.url.startsWith(`${origin}/`);
  if (!isOurs) return textResponse(403, "Forbidden");
  const [path = ""] = request.url.slice(origin.length).split(/[?#]/);
  const name = context.access.nameIn(path);
  if (name === undefined) return textResponse(404, STALE);
  const command = COMMANDS.get(name);
  if (command === undefined && name !== "pin") {
    return await answerConsolePage(request, { ...context, name, port });
  }
  try {
    guardCommand(request, origin, context.access.token);
    return await carryOut(request, port, command, context);
  } catch (error) {
    return refuse(error);
  }
}

async function carryOut(
  request: Request,
  port: number,
  command: Command | undefined,
  { access, findConsole }: ConsoleContext,
): Promise<Response> {
  if (command === undefined) {
    const cookie = await checkPin(await readJson(request), access, port);
    const response = jsonResponse(200, { isOpen: true });
    if (cookie !== undefined) response.headers.set("set-cookie", cookie);
    return response;
  }
  if (access.isLocked) throw new CommandError(403, LOCKED, { isLocked: true });
  if (!(await access.isOpen(request))) {
    throw new CommandError(401, "The PIN has to be given first", {
      needsPin: true,
    });
  }
  return jsonResponse(200, await command(await readJson(request), findConsole));
}

function refuse(error: unknown): Response {
  if (!(error instanceof CommandError)) {
    return jsonResponse(500, { error: textOf(error) });
  }
  const { status, message, details } = error;
  const response = jsonResponse(status, { error: message, ...details });
  if (status === 405) response.headers.set("allow", "POST");
  return response;
}
