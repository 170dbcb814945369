import { caDirectory, type DevCa, findDevCa } from "./dev_ca.ts";
import { CERT_FOLDER, certBase } from "./_cert_base.ts";
import {
  type CertFacts,
  certFacts,
  hasCertificate,
  isSignedBy,
} from "./_cert_facts.ts";
import { exists } from "./_run_program.ts";
import { isCaTrusted, type TrustResult } from "./trust_store.ts";
import { type Machine, shortPath } from "./_machine.ts";

/**
 * Shows the authority and certificates: those named, or the one that `adhoc`
 * keeps and all in `certs/`. Makes nothing and changes nothing.
 *
 * @throws {Deno.errors.NotFound} If one is missing.
 * @throws {Deno.errors.InvalidData} If one is no certificate.
 */
export async function showInfo(
  names: readonly string[],
  machine: Machine,
  out: (line: string) => void,
): Promise<void> {
  const files = names.length > 0 ? names.map(fileOf) : filesThere();
  const texts = await Promise.all(files.map(readCertificate));
  const ca = findDevCa();
  if (ca === undefined) {
    out("Authority: none yet; the first certificate makes one");
  } else {
    await showAuthority(ca, machine, out);
  }
  texts.forEach((pem, index) => {
    const file = files[index]!;
    out("");
    out(`Certificate: ${shortPath(file, machine)}`);
    showFacts(certFacts(pem), out);
    const isOurs = ca !== undefined && isSignedBy(pem, ca.cert);
    out(
      `  trusted      ${
        isOurs ? "where the authority is" : "by others, if at all"
      }`,
    );
  });
}

/** A line on how an authority stands with a store, and one on what to do. */
export function trustLines(result: TrustResult): string[] {
  const { store, state, reason, hint } = result;
  return [
    `${store}: ${state}${reason === undefined ? "" : `, as ${reason}`}`,
    ...hint === undefined ? [] : [`  ${hint}`],
  ];
}

async function showAuthority(
  ca: DevCa,
  machine: Machine,
  out: (line: string) => void,
): Promise<void> {
  const facts = certFacts(ca.cert);
  out(`Authority: ${shortPath(ca.certFile, machine)}`);
  out(`  subject      ${facts.subject}`);
  showFacts(facts, out);
  for (const result of await isCaTrusted(ca, { machine })) {
    for (const line of trustLines(result)) out(`  ${line}`);
  }
}

function showFacts(facts: CertFacts, out: (line: string) => void): void {
  if (facts.names.length > 0) out(`  names        ${facts.names.join(", ")}`);
  out(`  expires      ${facts.expires}`);
  out(`  fingerprint  SHA-256 ${facts.fingerprint}`);
}

async function readCertificate(file: string): Promise<string> {
  let pem: string;
  try {
    pem = await Deno.readTextFile(file);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new Deno.errors.NotFound(
      `Cannot show "${file}": file does not exist`,
      { cause },
    );
  }
  if (hasCertificate(pem)) return pem;
  throw new Deno.errors.InvalidData(
    `Cannot show "${file}": there is no certificate in it`,
  );
}

/** A file, or a name whose certificate is where `devserve cert` writes it. */
function fileOf(name: string): string {
  const made = `${certBase(name)}.crt`;
  return !exists(name) && exists(made) ? made : name;
}

function filesThere(): string[] {
  const adhoc = `${caDirectory()}/adhoc.crt`;
  const folder = exists(CERT_FOLDER) ? [...Deno.readDirSync(CERT_FOLDER)] : [];
  const made = folder
    .filter((entry) => entry.isFile && entry.name.endsWith(".crt"))
    .map((entry) => `${CERT_FOLDER}/${entry.name}`);
  return [adhoc, ...made.sort()].filter(exists);
}
