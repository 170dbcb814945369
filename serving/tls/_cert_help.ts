import { LOCAL_NAMES } from "./_certificate_names.ts";

/** The text of `devserve cert --help`, at most 80 columns wide. */
export const CERT_HELP = `Make a certificate for HTTPS during development.

Usage: devserve cert [options] [NAME...]

NAME is a host name (*.app.test, too) or an IP address that the certificate is
for; without NAME: ${LOCAL_NAMES.join(", ")}. Clients take no
*.localhost: name each, as in app.localhost.

It is signed by an authority (CA) of your own, made when first needed and kept
among your settings. An authority of mkcert is used instead, if there is one.

Making:
  --out BASE        write BASE.crt and BASE.key (default: certs/NAME)
  --force           replace files that are there
  --rsa             use an RSA key (default: ECDSA P-256)
  --days N          be good for N days, 397 at most

Trusting the authority, and so all its certificates:
  --trust           have the system and your browsers trust it
  --untrust         take that back
  --store WHICH     deal with "system" or "browsers" alone

Other:
  --info [FILE...]  show the authority and certificates: names, expiry,
                    fingerprint, where trusted
  -h, --help        show this help

Examples:
  devserve cert
  devserve cert app.test 192.168.1.7 --out certs/app
  devserve cert --trust
  devserve app.ts --cert certs/localhost.crt --key certs/localhost.key

Exit codes: 0 done, 1 failed or not trusted everywhere, 2 wrong usage.`;
