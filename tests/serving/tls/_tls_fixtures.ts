const VARIABLES = [
  "DEVSERVE_CA_DIR",
  "CAROOT",
  "HOME",
  "XDG_CONFIG_HOME",
  "XDG_DATA_HOME",
  "USER",
];

/** A home of its own for a test, with no authority in it. */
export interface TemporaryHome extends Disposable {
  /** The folder, which is removed in the end. */
  folder: string;
  /** Where the authority and the adhoc certificate go. */
  caDirectory: string;
}

/**
 * Lets authorities and certificates be kept in a new folder until the test ends.
 * Tests may set HOME and the like; they are set back, too.
 */
export function temporaryHome(): TemporaryHome {
  const before = VARIABLES.map((name) => [name, Deno.env.get(name)] as const);
  const folder = Deno.makeTempDirSync({ prefix: "devserve_tls_" });
  const caDirectory = `${folder}/ca`;
  // HOME stays where it is: what Deno has downloaded is there. It is not used
  // as long as these two are set.
  Deno.env.set("CAROOT", `${folder}/no_mkcert`);
  Deno.env.set("DEVSERVE_CA_DIR", caDirectory);
  return {
    folder,
    caDirectory,
    [Symbol.dispose]() {
      for (const [name, value] of before) {
        if (value === undefined) Deno.env.delete(name);
        else Deno.env.set(name, value);
      }
      Deno.removeSync(folder, { recursive: true });
    },
  };
}

/** What a program said, both streams together, and how it ended. */
export interface Ran {
  code: number;
  output: string;
}

/** Runs a program to its end. */
export async function run(program: string, ...args: string[]): Promise<Ran> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
}

/** Runs openssl, which has to succeed. */
export async function openssl(...args: string[]): Promise<string> {
  const { code, output } = await run("openssl", ...args);
  if (code === 0) return output;
  throw new Error(`openssl ${args.join(" ")}: ${output}`);
}

/** The mode of a file as in "0600". */
export function modeOf(path: string): string {
  const mode = Deno.statSync(path).mode ?? 0;
  return (mode & 0o777).toString(8).padStart(4, "0");
}

/** Lets files be created with all the permissions that are asked for. */
export function openUmask(): Disposable {
  const before = Deno.umask(0);
  return { [Symbol.dispose]: () => void Deno.umask(before) };
}

/** An authority as mkcert makes it, with RSA and in the folder given. */
export async function makeMkcertCa(
  folder: string,
  keyFormat: "PKCS#8" | "PKCS#1" = "PKCS#8",
): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const key = `${folder}/rootCA-key.pem`;
  const cert = `${folder}/rootCA.pem`;
  await openssl("genrsa", "-out", `${key}.1`, "3072");
  const format = keyFormat === "PKCS#1" ? ["-traditional"] : [];
  await openssl("rsa", "-in", `${key}.1`, "-out", key, ...format);
  await openssl(
    ...["req", "-x509", "-new", "-key", key, "-out", cert, "-days", "3650"],
    ...["-subj", "/O=mkcert development CA/OU=u@h/CN=mkcert u@h"],
    ...["-addext", "basicConstraints=critical,CA:TRUE,pathlen:0"],
    ...["-addext", "keyUsage=critical,keyCertSign"],
  );
}
