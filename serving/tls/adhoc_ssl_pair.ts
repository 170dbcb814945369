import { caDirectory } from "./_ca_directory.ts";
import { LOCAL_NAMES, toCertificateNames } from "./_certificate_names.ts";
import { MAX_DAYS } from "./_issue.ts";
import { lockFile } from "./_lock_file.ts";
import { makeOwnDirectory } from "./_own_directory.ts";
import {
  readStoredPair,
  type StoredPair,
  writeStoredPair,
} from "./_stored_pair.ts";
import { type DevCa, findDevCa, issueFromDevCa } from "./dev_ca.ts";
import type { SslPair } from "./ssl_context.ts";

/** A new certificate is made when less of its life is left. */
const LEAST_LIFE_LEFT = 0.1;
/** How many names a certificate has at most with those of the one before it. */
const MAX_NAMES = 50;

/** Options for {@linkcode adhocSslPair}. */
export interface AdhocSslPairOptions {
  /**
   * The names and addresses of the server, besides those of localhost. Left out
   * are those that no certificate can name (`0.0.0.0`, `*.localhost`), and
   * public ones, which the authority may not sign: with them, clients would
   * refuse the certificate for all the others, too.
   */
  readonly hosts: readonly string[];
}

/**
 * The certificate that `sslContext: "adhoc"` stands for: made when it is needed
 * for the first time (about 150 ms), and kept in {@linkcode caDirectory}, so
 * that it is the same after a reload and a restart.
 *
 * It is made anew when a name is new, when less than a tenth of its life is
 * left, when the authority has changed, and when its files are damaged. A new
 * one takes along the names of the old one: servers that take turns would
 * otherwise replace it each time.
 *
 * Requires `--allow-env` and `--allow-read` permission; to make a certificate,
 * `--allow-write` and `--allow-run`, too.
 *
 * @param options The names of the server.
 * @returns The certificate and its key, in PEM.
 * @throws {SyntaxError} If a host is neither a host name nor an address.
 */
export function adhocSslPair({ hosts }: AdhocSslPairOptions): SslPair {
  const asked = toCertificateNames(hosts.filter(canBeNamed))
    .filter((name) => !LOCAL_NAMES.includes(name));
  const directory = caDirectory();
  const { cert, key } = keptPair(directory, asked) ?? newPair(directory, asked);
  return { cert, key };
}

function keptPair(directory: string, asked: string[]): StoredPair | undefined {
  const ca = findDevCa();
  const pair = ca && readStoredPair(directory);
  return pair && isGood(pair, asked, ca) ? pair : undefined;
}

function newPair(directory: string, newNames: string[]): StoredPair {
  makeOwnDirectory(directory);
  using _lock = lockFile(`${directory}/adhoc.lock`);
  // Another process may have made it meanwhile.
  const made = keptPair(directory, newNames);
  if (made) return made;
  const oldNames = readStoredPair(directory)?.asked ?? [];
  const asked = [...new Set([...newNames, ...oldNames])]
    .slice(0, Math.max(MAX_NAMES, newNames.length));
  const { ca, leaf } = issueFromDevCa({
    names: LOCAL_NAMES,
    // Among the spare ones, as public names are to be left out.
    spareNames: asked,
    keyType: "ecdsa",
    days: MAX_DAYS,
  });
  const { cert, key, notBefore, notAfter } = leaf;
  const pair = { cert, key, ca: ca.cert, asked, notBefore, notAfter };
  writeStoredPair(directory, pair);
  return pair;
}

function isGood(pair: StoredPair, asked: string[], ca: DevCa): boolean {
  const now = Date.now();
  const life = pair.notAfter - pair.notBefore;
  return pair.ca === ca.cert &&
    now >= pair.notBefore && pair.notAfter - now >= life * LEAST_LIFE_LEFT &&
    asked.every((name) => pair.asked.includes(name));
}

/** Whether a host is a name to connect to that clients accept. */
function canBeNamed(host: string): boolean {
  return !["", "0.0.0.0", "::", "[::]"].includes(host) &&
    !/^\*\.[^.]+\.?$/.test(host);
}
