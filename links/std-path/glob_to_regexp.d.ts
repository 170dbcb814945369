export interface GlobOptions {
  extended?: boolean;
  globstar?: boolean;
  os?: typeof Deno.build.os;
  caseInsensitive?: boolean;
}
export declare function globToRegExp(
  glob: string,
  options?: GlobOptions,
): RegExp;
