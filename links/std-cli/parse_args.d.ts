export interface ParseOptions {
  "--"?: boolean | undefined;
  alias?: Record<string, string | string[]> | undefined;
  boolean?: boolean | string | string[] | undefined;
  collect?: string | string[] | undefined;
  default?: Record<string, unknown> | undefined;
  negatable?: string | string[] | undefined;
  stopEarly?: boolean | undefined;
  string?: string | string[] | undefined;
  unknown?:
    | ((arg: string, key?: string, value?: unknown) => unknown)
    | undefined;
}
export interface Args {
  // deno-lint-ignore no-explicit-any
  [x: string]: any;
  _: Array<string | number>;
}
export declare function parseArgs(args: string[], options?: ParseOptions): Args;
