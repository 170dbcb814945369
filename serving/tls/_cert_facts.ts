import { X509Certificate } from "node:crypto";
import { cleanText } from "../_clean_text.ts";

const DAY_MS = 86_400_000;

/** What a person wants to know of a certificate; all is safe to print. */
export interface CertFacts {
  /** Who it is for, as the subject says. */
  readonly subject: string;
  /** The names and addresses it is good for. */
  readonly names: readonly string[];
  /** Until when it is good, and how long that is. */
  readonly expires: string;
  /** SHA-256, as browsers and OpenSSL write it. */
  readonly fingerprint: string;
}

/** Reads the first certificate of a PEM text, which has one. */
export function certFacts(pem: string): CertFacts {
  const certificate = parseCertificate(pem);
  const names = certificate.subjectAltName?.split(", ") ?? [];
  return {
    subject: cleanText(certificate.subject.split("\n").join(", ")),
    names: names.map((name) => cleanText(name.replace(/^[^:]*:/, ""))),
    expires: expiryText(new Date(certificate.validTo).getTime()),
    fingerprint: certificate.fingerprint256,
  };
}

/** Whether a certificate was signed with the key of an authority. */
export function isSignedBy(pem: string, authority: string): boolean {
  return parseCertificate(pem).verify(parseCertificate(authority).publicKey);
}

/** Whether a PEM text has a certificate that can be read. */
export function hasCertificate(pem: string): boolean {
  try {
    parseCertificate(pem);
    return true;
  } catch {
    // Whatever is wrong with it, it is none.
    return false;
  }
}

/** Keys and other things may be in the same file. */
function parseCertificate(pem: string): X509Certificate {
  const block = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/;
  return new X509Certificate(block.exec(pem)?.[0] ?? "");
}

/** A time of expiry, and how far off that is. Times in ms since 1970. */
export function expiryText(end: number, now: number = Date.now()): string {
  const date = new Date(end).toISOString().slice(0, 10);
  const days = Math.round(Math.abs(end - now) / DAY_MS);
  const span = days === 1 ? "1 day" : `${days} days`;
  return end < now ? `${date}, EXPIRED ${span} ago` : `${date}, in ${span}`;
}
