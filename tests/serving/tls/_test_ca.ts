import { fromFileUrl } from "@std/path/from-file-url";
import type { DevCa } from "../../../serving/tls/dev_ca.ts";

/** A certificate authority of the test data; nobody has its key. */
export function testCa(name = "ca", isMkcert = false): DevCa {
  const folder = fromFileUrl(import.meta.resolve("../../testdata/tls/"));
  const certFile = `${folder}${name}.crt`;
  return {
    certFile,
    keyFile: `${folder}${name}.key`,
    cert: Deno.readTextFileSync(certFile),
    isMkcert,
  };
}
