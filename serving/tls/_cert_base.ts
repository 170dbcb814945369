/** Where certificates are written if nothing else is said. */
export const CERT_FOLDER = "certs";

/**
 * The path for the certificate of a name, without its ending. The name has the
 * form that names have in certificates, so that it leads to no other folder.
 */
export function certBase(name: string): string {
  const file = name.replace("*", "_wildcard").replaceAll(":", "_");
  return `${CERT_FOLDER}/${file}`;
}
