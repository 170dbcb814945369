import { isAllowedHost, isLoopback, isWildcard } from "./allowed_hosts.ts";
import type { BindAddress } from "./bind_address.ts";
import type { TerminalLog } from "./log.ts";
import type { ServerOptions } from "./make_server.ts";
import { networkAddresses } from "./_network_addresses.ts";
import type { Paint } from "./_paint.ts";
import { urlHost } from "./_url_of.ts";
import { VERSION } from "./_version.ts";

/** What a banner tells of. */
export interface BannerOptions extends ServerOptions {
  /** The PIN of the debugger, if it asks for one. */
  readonly pin?: string | undefined;
}

/** Says in the log that a server has started. */
export function announce(
  log: TerminalLog,
  urls: readonly string[],
  addresses: readonly BindAddress[],
  options: BannerOptions,
): void {
  for (const line of bannerLines(urls, addresses, options, log.paint)) {
    // No person looks at JSON, so nothing has to be in columns.
    const isJson = log.option === "json";
    log.message("info", isJson ? line.trim().replace(/ {2,}/g, " ") : line);
  }
}

/** What is said when a server starts: where it is, and who can reach it. */
export function bannerLines(
  urls: readonly string[],
  addresses: readonly BindAddress[],
  { allowedHosts, sslContext, pin }: BannerOptions,
  paint: Paint,
): string[] {
  const lines = [
    `${paint("bold", `devserve ${VERSION}`)} ${
      paint("dim", "for development, not for production")
    }`,
  ];
  addresses.forEach((address, index) => {
    const url = urls[index]!;
    lines.push(row(address, url, paint));
    if (address.transport === "tcp" && isWildcard(address.hostname)) {
      for (const host of networkHosts(address.hostname, allowedHosts)) {
        lines.push(`  Network  ${paint("cyan", withHost(url, urlHost(host)))}`);
      }
    }
  });
  if (addresses.some(isExposed) && allowedHosts === undefined) {
    lines.push(
      paint(
        "yellow",
        "  Open to the network, and any host name is served: name the allowed hosts to restrict it",
      ),
    );
  }
  if (sslContext === "adhoc") {
    lines.push(
      paint(
        "dim",
        "  To have browsers trust the certificate, run devserve with: cert --trust",
      ),
    );
  }
  if (pin !== undefined) {
    lines.push(
      `  PIN      ${pin}  ${paint("dim", "for the consoles on error pages")}`,
    );
  }
  lines.push(paint("dim", "  Press Ctrl-C to stop"));
  return lines;
}

/** By which names others can ask for what all interfaces are bound for. */
function networkHosts(
  hostname: string,
  allowedHosts: readonly string[] | undefined,
): string[] {
  const addresses = networkAddresses(hostname);
  if (allowedHosts === undefined) return addresses;
  const names = allowedHosts.filter((host) =>
    /^[^.*<]/.test(host) && !isLoopback(host)
  );
  return [
    ...names,
    ...addresses.filter((address) =>
      !names.includes(address) && isAllowedHost(urlHost(address), allowedHosts)
    ),
  ];
}

function row(address: BindAddress, url: string, paint: Paint): string {
  const label = address.transport === "unix" ? "Socket " : "Local  ";
  return `  ${label}  ${paint("cyan", url)}`;
}

function isExposed(address: BindAddress): boolean {
  return address.transport === "tcp" && isWildcard(address.hostname);
}

function withHost(url: string, host: string): string {
  return url.replace(/^(https?:\/\/)(?:\[[^\]]*\]|[^:/]*)/, `$1${host}`);
}
