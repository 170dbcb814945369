import { isWildcard } from "./allowed_hosts.ts";
import type { BindAddress } from "./bind_address.ts";
import type { ServerOptions } from "./make_server.ts";
import type { Paint } from "./_paint.ts";
import { urlHost } from "./_url_of.ts";
import { VERSION } from "./_version.ts";

/** What is said when a server starts: where it is, and who can reach it. */
export function bannerLines(
  urls: readonly string[],
  addresses: readonly BindAddress[],
  { allowedHosts }: ServerOptions,
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
      for (const host of networkHosts(address.hostname)) {
        lines.push(`  Network  ${paint("cyan", withHost(url, host))}`);
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
  lines.push(paint("dim", "  Press Ctrl-C to stop"));
  return lines;
}

function row(address: BindAddress, url: string, paint: Paint): string {
  const label = address.transport === "unix" ? "Socket " : "Local  ";
  return `  ${label}  ${paint("cyan", url)}`;
}

function isExposed(address: BindAddress): boolean {
  return address.transport === "tcp" && isWildcard(address.hostname);
}

function withHost(url: string, host: string): string {
  return url.replace(/^http:\/\/(?:\[[^\]]*\]|[^:/]*)/, `http://${host}`);
}

/** The addresses of this machine in its networks, written as hosts of URLs. */
function networkHosts(hostname: string): string[] {
  // Nobody is asked for a permission because of this: the loopback URL will do.
  const { state } = Deno.permissions.querySync({
    name: "sys",
    kind: "networkInterfaces",
  });
  if (state !== "granted") return [];
  return Deno.networkInterfaces()
    .filter(({ address, family }) =>
      (family === "IPv4" || hostname !== "0.0.0.0") &&
      !/^(?:127\.|::1$|fe80:)/.test(address)
    )
    .map(({ address }) => urlHost(address));
}
