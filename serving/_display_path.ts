import { fromFileUrl, type PathStyle } from "../reloader/file_url.ts";

/**
 * A module's URL as a person wants to read it: local files as a path, from
 * `cwd` where that is shorter, everything else unchanged.
 */
export function displayPath(
  url: string,
  cwd: string,
  { windows = Deno.build.os === "windows" }: PathStyle = {},
): string {
  if (/^data:/i.test(url) && url.length > 60) return `${url.slice(0, 60)}…`;
  if (!/^file:/i.test(url) || !URL.canParse(url)) return url;
  const path = fromFileUrl(url, { windows });
  const separator = windows ? "\\" : "/";
  const from = cwd.split(separator).filter((part) => part !== "");
  const to = path.split(separator).filter((part) => part !== "");
  if (windows && from[0]?.toLowerCase() !== to[0]?.toLowerCase()) return path;
  let common = 0;
  while (common < from.length && from[common] === to[common]) common += 1;
  const up = from.slice(common).map(() => "..");
  const relative = [...up, ...to.slice(common)].join(separator);
  return relative !== "" && relative.length < path.length ? relative : path;
}
