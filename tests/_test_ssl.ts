import { fromFileUrl } from "@std/path/from-file-url";

type TlsClientOptions = Deno.CreateHttpClientOptions & Deno.TlsCertifiedKeyPem;

/** A certificate for localhost, its key, and whose signature to trust. */
export interface TestSsl extends Disposable {
  /** The folder of the development CA, for `DEVSERVE_CA_DIR`. */
  readonly directory: string;
  /** The file of the CA's certificate. */
  readonly caFile: string;
  /** The file of the certificate. */
  readonly certFile: string;
  /** The file of the key. */
  readonly keyFile: string;
  /** A client that trusts the CA. */
  client(
    options?: Deno.CreateHttpClientOptions | TlsClientOptions,
  ): Deno.HttpClient;
}

const MAIN = fromFileUrl(new URL("../mod.ts", import.meta.url));

/**
 * Makes a development CA and a certificate, away from those of the user, for
 * localhost and these names.
 */
export function testSsl(...names: string[]): TestSsl {
  const directory = Deno.makeTempDirSync({ prefix: "devserve-test-ca-" });
  const base = `${directory}/localhost`;
  const { success, stdout, stderr } = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", MAIN, "cert", "localhost", "127.0.0.1", "::1"]
      .concat(names)
      .concat("--out", base),
    env: { DEVSERVE_CA_DIR: directory, CAROOT: directory },
  }).outputSync();
  if (!success) {
    const decoder = new TextDecoder();
    throw new Error(decoder.decode(stdout) + decoder.decode(stderr));
  }
  const caFile = `${directory}/ca.crt`;
  return {
    directory,
    caFile,
    certFile: `${base}.crt`,
    keyFile: `${base}.key`,
    client: (options = {}) =>
      Deno.createHttpClient({
        ...options,
        caCerts: [Deno.readTextFileSync(caFile)],
      }),
    [Symbol.dispose]: () => Deno.removeSync(directory, { recursive: true }),
  };
}
