import {
  LOCAL_NAMES,
  toCertificateNames,
  withWildcard,
} from "./_certificate_names.ts";
import { MAX_DAYS } from "./_issue.ts";
import { issueFromDevCa } from "./dev_ca.ts";
import type { SslPair } from "./ssl_context.ts";

/** Does what `generateAdhocSslPair` says. */
export function generatePair(cn: string): SslPair {
  const more = cn === "*" ? [] : withWildcard(cn);
  const { leaf } = issueFromDevCa({
    names: toCertificateNames([...more, ...LOCAL_NAMES]),
    keyType: "ecdsa",
    days: MAX_DAYS,
  });
  return { cert: leaf.cert, key: leaf.key };
}
