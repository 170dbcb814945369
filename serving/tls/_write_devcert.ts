import {
  LOCAL_NAMES,
  toCertificateNames,
  withWildcard,
} from "./_certificate_names.ts";
import { MAX_DAYS } from "./_issue.ts";
import { checkFree, type PairFiles, writePair } from "./_pair_files.ts";
import { issueFromDevCa } from "./dev_ca.ts";
import type { MakeSslDevcertOptions } from "./make_ssl_devcert.ts";

/** A certificate that has been written. */
export interface WrittenDevcert extends PairFiles {
  /** The names and addresses it is for. */
  names: readonly string[];
  /** Whether it is signed by itself, as the authority may not sign its names. */
  isSelfSigned: boolean;
  /** The time until which it is valid, in ms since 1970. */
  notAfter: number;
}

/** Does what `makeSslDevcert` says, and tells more about it. */
export function writeDevcert(
  basePath: string,
  options: MakeSslDevcertOptions = {},
): Promise<WrittenDevcert> {
  return Promise.try(() => {
    const { force = false, keyType = "ecdsa", days = MAX_DAYS } = options;
    checkBasePath(basePath);
    checkDays(days);
    checkKeyType(keyType);
    const order = { names: namesOf(options), keyType, days };
    const files = { certFile: `${basePath}.crt`, keyFile: `${basePath}.key` };
    checkFree(files, force);
    const { leaf } = issueFromDevCa(order);
    writePair(files, leaf, force);
    const { names, isSelfSigned, notAfter } = leaf;
    return { ...files, names, isSelfSigned, notAfter };
  });
}

function namesOf(
  { host, cn, names = [] }: MakeSslDevcertOptions,
): string[] {
  // What Werkzeug takes when it is told nothing; no client accepts such a name.
  const main = host ?? (cn === "*" ? undefined : cn);
  const asked = [...main === undefined ? [] : withWildcard(main), ...names];
  return toCertificateNames(asked.length > 0 ? asked : LOCAL_NAMES);
}

function checkBasePath(basePath: string): void {
  if (typeof basePath !== "string") {
    throw new TypeError(
      `Cannot write a certificate as the base path must be a string: current value is of type ${typeof basePath}`,
    );
  }
  if (/[^\\/]$/.test(basePath)) return;
  throw new RangeError(
    `Cannot write a certificate as the base path must end with the name of the files: current value is "${basePath}"`,
  );
}

function checkDays(days: number): void {
  if (Number.isInteger(days) && days >= 1 && days <= MAX_DAYS) return;
  throw new RangeError(
    `Cannot make a certificate as its days must be an integer from 1 to ${MAX_DAYS}: current value is ${days}`,
  );
}

function checkKeyType(keyType: string): void {
  if (keyType === "ecdsa" || keyType === "rsa") return;
  throw new TypeError(
    `Cannot make a certificate as the type of its key must be "ecdsa" or "rsa": current value is "${keyType}"`,
  );
}
