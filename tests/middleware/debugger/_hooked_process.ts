import { toFileUrl } from "@std/path/to-file-url";

const DEBUGGER = new URL(
  "../../../middleware/debugger/instrument/",
  import.meta.url,
);

/** A folder with an app, gone with the block it belongs to. */
export class AppFolder implements AsyncDisposable {
  /** Its path. */
  readonly path: string;
  /** Where acorn comes from. */
  #acornUrl = "npm:acorn@^8";

  /**
   * Writes files; instrumented ones go to a folder `.cache`.
   *
   * @param files Their texts, by their paths in the folder.
   */
  constructor(files: Record<string, string>) {
    this.path = Deno.realPathSync(
      Deno.makeTempDirSync({ prefix: "devserve-test-" }),
    );
    this.write(files);
  }

  /** Writes files. */
  write(files: Record<string, string>): void {
    for (const [name, text] of Object.entries(files)) {
      const path = `${this.path}/${name}`;
      Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      Deno.writeTextFileSync(path, text);
    }
  }

  /** Installs packages of npm at exact versions, acorn in any case. */
  async install(packages: Record<string, string>): Promise<void> {
    const dependencies = { acorn: "8.15.0", ...packages };
    this.write({
      "package.json": JSON.stringify({ type: "module", dependencies }),
    });
    await this.#deno(["install", "--quiet", "--node-modules-dir=manual"]);
    // A copy, so that it is not the module that an app has when it uses acorn.
    const copy = `${this.path}/.acorn.mjs`;
    Deno.copyFileSync(`${this.path}/node_modules/acorn/dist/acorn.mjs`, copy);
    this.#acornUrl = toFileUrl(copy).href;
  }

  /**
   * Runs a module of the folder in a child, with the hook installed before.
   *
   * @param module The module. It finds `framesOf` as a global function.
   * @param options More options of the hook.
   * @param flags What the child may do.
   * @returns What it prints, line by line.
   */
  async run(
    module: string,
    options: Record<string, unknown> = {},
    flags: readonly string[] = ["-A"],
  ): Promise<string[]> {
    const settings = {
      root: this.path,
      acornUrl: this.#acornUrl,
      cacheDir: `${this.path}/.cache`,
      ...options,
    };
    this.write({
      ".main.mjs": `
        import { installHook } from "${DEBUGGER}install_hook.ts";
        import { framesOf } from "${DEBUGGER}live_frames.ts";
        globalThis.framesOf = framesOf;
        await installHook(${JSON.stringify(settings)});
        await import("./${module}");`,
    });
    return await this.#deno(["run", ...flags, "--no-lock", ".main.mjs"]);
  }

  /** Runs a module of the folder in a child as it is. */
  async runPlain(module: string): Promise<string[]> {
    return await this.#deno(["run", "-A", "--no-lock", module]);
  }

  /** Removes the folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }

  async #deno(args: string[]): Promise<string[]> {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args,
      cwd: this.path,
      env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    if (code !== 0) {
      throw new Error(`Cannot run deno ${args}: ${decoder.decode(stderr)}`);
    }
    return decoder.decode(stdout).trimEnd().split("\n");
  }
}
