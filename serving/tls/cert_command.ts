import { dirname } from "node:path";
import { UsageError } from "../_parse_flags.ts";
import { certBase } from "./_cert_base.ts";
import { expiryText } from "./_cert_facts.ts";
import { type CertRequest, parseCertFlags } from "./_cert_flags.ts";
import { CERT_HELP } from "./_cert_help.ts";
import { showInfo, trustLines } from "./_cert_info.ts";
import { nextSteps } from "./_cert_next_steps.ts";
import { type DevCa, ensureDevCa, findDevCa } from "./dev_ca.ts";
import { gitHint } from "./_git_hint.ts";
import { type Machine, shortPath, thisMachine } from "./_machine.ts";
import {
  isCaTrusted,
  trustCa,
  type TrustOptions,
  type TrustResult,
  untrustCa,
} from "./trust_store.ts";
import { writeDevcert } from "./_write_devcert.ts";

/** Options for {@linkcode certCommand}. */
export interface CertCommandOptions {
  /**
   * Prints a line on what went wrong.
   *
   * @default {out}
   */
  err?: (line: string) => void;
  /**
   * What trust stores are found and changed by.
   *
   * @default {thisMachine()}
   */
  machine?: Machine;
}

/** What the tasks of the command work with. */
interface Terms {
  readonly request: CertRequest;
  readonly machine: Machine;
  readonly trustOptions: TrustOptions;
  readonly out: (line: string) => void;
}

/**
 * Runs `devserve cert`: makes a certificate for development, has its authority
 * trusted or no longer trusted, or shows how things are. Nothing is trusted
 * unless `--trust` asks for it.
 *
 * Requires `--allow-read`, `--allow-write`, `--allow-env` and `--allow-run`
 * permissions.
 *
 * @param args The arguments after `cert`.
 * @param out Prints a line.
 * @param options Additional options.
 * @returns The exit code: 0 done, 1 failed or not trusted everywhere, 2 wrong
 * usage.
 */
export async function certCommand(
  args: readonly string[],
  out: (line: string) => void,
  options: CertCommandOptions = {},
): Promise<number> {
  const { err = out, machine = thisMachine((command) => out(`$ ${command}`)) } =
    options;
  try {
    const request = parseCertFlags(args);
    const { stores } = request;
    const trustOptions = { machine, ...stores.length > 0 && { stores } };
    return await run({ request, machine, trustOptions, out });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { message } = error;
    err(
      error instanceof Deno.errors.AlreadyExists
        ? message.replace(/ \(.*\)$|$/, " (replace it with --force)")
        : message,
    );
    return error instanceof UsageError ? 2 : 1;
  }
}

async function run(terms: Terms): Promise<number> {
  const { request, machine, out } = terms;
  switch (request.task) {
    case "help":
      out(CERT_HELP);
      return 0;
    case "info":
      await showInfo(request.names, machine, out);
      return 0;
    case "untrust":
      return await untrust(terms);
    case "trust":
      if (request.names.length > 0) await make(terms);
      return await trust(terms);
    case "make":
      await make(terms);
      return 0;
  }
}

async function make(
  { request, machine, trustOptions, out }: Terms,
): Promise<void> {
  const { names, force, rsa, days } = request;
  const name = names[0]!;
  const base = request.out?.replace(/\.(?:crt|key|pem)$/, "") ??
    certBase(name);
  await Deno.mkdir(dirname(base), { recursive: true });
  const keyType = rsa ? "rsa" : "ecdsa";
  const made = await writeDevcert(base, { names, force, keyType, days });
  const { certFile, keyFile, isSelfSigned, notAfter } = made;
  out(`Made ${certFile} and ${keyFile}`);
  out(`  names    ${made.names.join(", ")}`);
  out(`  expires  ${expiryText(notAfter)}`);
  const hint = await gitHint(keyFile);
  if (hint !== undefined) out(hint);
  out("");
  if (request.task === "trust" && !isSelfSigned) return;
  const ca = ensureDevCa();
  const trusts = await isCaTrusted(ca, trustOptions);
  const isTrusted = trusts.every(({ state }) => state === "trusted");
  const root = isSelfSigned ? certFile : ca.certFile;
  const facts = { certFile, keyFile, name, root, isSelfSigned, isTrusted };
  nextSteps(facts, machine).forEach(out);
}

async function trust(
  { machine, trustOptions, out }: Terms,
): Promise<number> {
  const ca = ensureDevCa();
  out(`Authority: ${caPath(ca, machine)}`);
  if (machine.isRoot && machine.env("SUDO_USER")) {
    out("This is root's, not yours: without sudo, devserve asks where it must");
  }
  const results = await trustCa(ca, trustOptions);
  show(results, out);
  out(
    `Keep ${
      shortPath(ca.keyFile, machine)
    } to yourself: whoever has it can pose as any server it may sign for.`,
  );
  out("Browsers that are open see the change once they are started anew.");
  out("To take it back: devserve cert --untrust");
  return results.every(({ state }) => state === "trusted") ? 0 : 1;
}

async function untrust(
  { machine, trustOptions, out }: Terms,
): Promise<number> {
  const ca = findDevCa();
  if (ca === undefined) {
    out("There is no authority, so none to trust no longer.");
    return 0;
  }
  out(`Authority: ${caPath(ca, machine)}`);
  const results = await untrustCa(ca, trustOptions);
  show(results, out);
  return results.every(({ state }) => state === "not trusted") ? 0 : 1;
}

function show(
  results: readonly TrustResult[],
  out: (line: string) => void,
): void {
  if (results.length === 0) out("  there is no such store here");
  for (const line of results.flatMap(trustLines)) out(`  ${line}`);
}

function caPath(ca: DevCa, machine: Machine): string {
  return shortPath(ca.certFile, machine);
}
