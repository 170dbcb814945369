import { toCertificateName } from "./_certificate_names.ts";

type Crypto = typeof import("node:crypto");

/**
 * The names and addresses that the first certificate in a PEM text is for, as
 * allowed hosts: who has it served wants to be asked for them. No page of somebody
 * else comes under such a name, as a browser wants a certificate for that.
 */
export function certificateHosts(cert: string): string[] {
  const crypto: Crypto = process.getBuiltinModule("node:crypto");
  const { subjectAltName } = new crypto.X509Certificate(cert);
  const names = subjectAltName?.split(", ") ?? [];
  return names.flatMap((name) => hostOf(name.replace(/^[^:]*:/, "")));
}

function hostOf(name: string): [string] | [] {
  try {
    return [toCertificateName(name).replace(/^\*\./, ".")];
  } catch (error) {
    // It is no host, but a mail address, say.
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
