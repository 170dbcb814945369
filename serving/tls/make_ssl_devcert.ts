/** Computed, as Deno would otherwise load it ahead of time, for HTTP as well. */
const WRITE_DEVCERT = new URL("./_write_devcert.ts", import.meta.url).href;

/** Options for {@linkcode makeSslDevcert}. */
export interface MakeSslDevcertOptions {
  /**
   * The host that the certificate is for, and, if it is a name with a dot, all
   * names one level below it (`*.host`). It comes before `cn`.
   */
  host?: string | undefined;
  /** The same as `host`, by the name that Werkzeug has for it. */
  cn?: string | undefined;
  /**
   * More names and addresses. Without any and without a host, the certificate is
   * for `localhost`, `127.0.0.1` and `::1`.
   *
   * @default {[]}
   */
  names?: readonly string[] | undefined;
  /**
   * Whether files that are there are replaced. They may be the only ones of
   * their kind.
   *
   * @default {false}
   */
  force?: boolean | undefined;
  /**
   * The kind of the key: ECDSA on P-256, or RSA with 2048 bits for old clients.
   *
   * @default {"ecdsa"}
   */
  keyType?: "ecdsa" | "rsa" | undefined;
  /**
   * How many days the certificate is valid, from 1 to 397; clients refuse more.
   *
   * @default {397}
   */
  days?: number | undefined;
}

/**
 * Makes a certificate for development and its key, and writes them to
 * `<basePath>.crt` and `<basePath>.key`. Only the owner can read the key.
 *
 * The authority of the user signs it, which is made if there is none; but one
 * for a public name, such as `example.com`, is signed by itself: the authority
 * may sign names of development alone, so that its key is no danger.
 *
 * After Werkzeug's `make_ssl_devcert`, which replaces what is there.
 *
 * Requires `--allow-env`, `--allow-read`, `--allow-write` and `--allow-run`
 * permission.
 *
 * @param basePath The path of the files without their extension.
 * @param options Additional options.
 * @returns The paths of the certificate and of the key.
 * @throws {Deno.errors.AlreadyExists} If one of the files is there, unless
 * `options.force` is set.
 * @throws {Deno.errors.NotFound} If the folder of the files does not exist.
 * @throws {SyntaxError} If a name is neither a host name nor an address.
 * @throws {RangeError} If `options.days` is out of range, or `basePath` names no
 * file.
 *
 * @example Usage
 * ```ts
 * import { loadSslContext, makeSslDevcert } from "@x/devserve";
 * import { assertMatch } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * // Not needed: where the authority is kept, other than for the examples here.
 * Deno.env.set("DEVSERVE_CA_DIR", folder);
 *
 * const files = await makeSslDevcert(`${folder}/app`, { host: "app.test" });
 * const { cert } = loadSslContext(...files);
 * assertMatch(cert, /BEGIN CERTIFICATE/);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function makeSslDevcert(
  basePath: string,
  options: MakeSslDevcertOptions = {},
): Promise<[crt: string, key: string]> {
  const { writeDevcert } = await import(
    WRITE_DEVCERT
  ) as typeof import("./_write_devcert.ts");
  const { certFile, keyFile } = await writeDevcert(basePath, options);
  return [certFile, keyFile];
}
