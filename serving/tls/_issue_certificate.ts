import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  type JsonGeneralName,
  type JsonNameParams,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from "./_x509.ts";
import type {
  CaOwner,
  Issued,
  IssuedLeaf,
  IssueOrder,
  LeafOrder,
} from "./_issue.ts";
import type { SslPair } from "./ssl_context.ts";
import { isIpName, toCertificateName } from "./_certificate_names.ts";
import { permittedBy, privateNamesOnly } from "./_name_constraints.ts";
import { readSigningKey } from "./_signing_key.ts";

const DAY_MS = 86_400_000;
/** Ten years, and the leap days in them. */
const CA_DAYS = 3652;
/** Clients whose clocks are slow accept a new certificate, too. */
const CLOCK_SKEW_MS = 3_600_000;
/** The longest common name (RFC 5280, `ub-common-name`). */
const MAX_COMMON_NAME = 64;
const PRODUCT = "devserve development";

const ECDSA = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const RSA = {
  name: "RSASSA-PKCS1-v1_5",
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: "SHA-256",
};

/** A certificate and the key that signs what it issues. */
interface Authority {
  certificate: X509Certificate;
  key: CryptoKey;
}

/** Issues what is ordered: an authority, a certificate, or both. */
export async function issueCertificates(order: IssueOrder): Promise<Issued> {
  const { owner = {}, leaf } = order;
  const authority = order.authority
    ? await readAuthority(order.authority)
    : await issueAuthority(owner);
  return {
    ...(order.authority ? {} : { authority: await toPem(authority) }),
    ...(leaf ? { leaf: await issueLeaf(leaf, authority) } : {}),
  };
}

async function readAuthority(
  { cert, key }: SslPair,
): Promise<Authority> {
  const certificate = new X509Certificate(cert);
  return { certificate, key: await readSigningKey(key, certificate) };
}

async function issueAuthority(owner: CaOwner): Promise<Authority> {
  const keys = await generateKeys("ecdsa");
  const name = nameOf(`${PRODUCT} CA`, ownerName(owner));
  const certificate = await X509CertificateGenerator.create({
    subject: name,
    issuer: name,
    publicKey: keys.publicKey,
    signingKey: keys.privateKey,
    signingAlgorithm: ECDSA,
    ...validity(CA_DAYS),
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(
        KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign,
        true,
      ),
      // Where a system trusts it for everything, it is good for servers only.
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      privateNamesOnly(toHostname(owner.hostname)),
    ],
  });
  return { certificate, key: keys.privateKey };
}

async function issueLeaf(
  { names: asked, spareNames = [], keyType, days }: LeafOrder,
  ca: Authority,
): Promise<IssuedLeaf> {
  const isPermitted = permittedBy(ca.certificate);
  const isSelfSigned = !asked.every(isPermitted);
  const spare = isSelfSigned ? [] : spareNames.filter(isPermitted);
  const names = [...new Set([...asked, ...spare])];
  const keys = await generateKeys(keyType);
  const subject = nameOf(`${PRODUCT} certificate`, names[0]);
  const { notBefore, notAfter } = validity(
    days,
    isSelfSigned ? undefined : ca.certificate.notAfter,
  );
  const certificate = await X509CertificateGenerator.create({
    subject,
    issuer: isSelfSigned ? subject : ca.certificate.subjectName,
    publicKey: keys.publicKey,
    signingKey: isSelfSigned ? keys.privateKey : ca.key,
    signingAlgorithm: signingAlgorithm(isSelfSigned ? keys.privateKey : ca.key),
    notBefore,
    notAfter,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(leafUsages(keyType), true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(names.map(toGeneralName)),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      isSelfSigned
        ? await AuthorityKeyIdentifierExtension.create(keys.publicKey)
        : await authorityKeyIdentifier(ca.certificate),
    ],
  });
  return {
    ...await toPem({ certificate, key: keys.privateKey }),
    names,
    notBefore: notBefore.getTime(),
    notAfter: notAfter.getTime(),
    isSelfSigned,
  };
}

function toGeneralName(value: string): JsonGeneralName {
  return { type: isIpName(value) ? "ip" : "dns", value };
}

function generateKeys(keyType: "ecdsa" | "rsa"): Promise<CryptoKeyPair> {
  const algorithm = keyType === "rsa" ? RSA : ECDSA;
  return crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

function leafUsages(keyType: "ecdsa" | "rsa"): KeyUsageFlags {
  // Clients without ephemeral keys (TLS 1.2) encrypt theirs with the RSA key.
  return keyType === "rsa"
    ? KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment
    : KeyUsageFlags.digitalSignature;
}

/** The identifier that the authority gives to its key, which may be any. */
async function authorityKeyIdentifier(ca: X509Certificate): Promise<Extension> {
  const own = ca.getExtension(SubjectKeyIdentifierExtension);
  return own
    ? new AuthorityKeyIdentifierExtension(own.keyId)
    : await AuthorityKeyIdentifierExtension.create(ca.publicKey);
}

function signingAlgorithm({ algorithm }: CryptoKey): EcdsaParams {
  const { name } = algorithm;
  const isP384 = "namedCurve" in algorithm && algorithm.namedCurve === "P-384";
  return { name, hash: isP384 ? "SHA-384" : "SHA-256" };
}

/** From a bit before now; certificates know no parts of seconds. */
function validity(
  days: number,
  end?: Date,
): { notBefore: Date; notAfter: Date } {
  const now = Math.floor(Date.now() / 1000) * 1000;
  const notBefore = now - CLOCK_SKEW_MS;
  const notAfter = notBefore + days * DAY_MS;
  return {
    notBefore: new Date(notBefore),
    // What outlives its authority is not valid to the end.
    notAfter: new Date(Math.min(notAfter, end?.getTime() ?? notAfter)),
  };
}

/** Given in parts, so that nothing in a name is taken for more of it. */
function nameOf(organization: string, commonName?: string): Name {
  const fits = commonName !== undefined &&
    commonName.length <= MAX_COMMON_NAME;
  const parts: JsonNameParams = [
    { O: [{ utf8String: organization }] },
    { CN: [{ utf8String: fits ? commonName : organization }] },
  ];
  return new Name(parts);
}

function ownerName({ user, hostname }: CaOwner): string {
  const owner = [user, hostname].filter(Boolean).join("@");
  return `${PRODUCT} CA ${owner}`.trim().slice(0, MAX_COMMON_NAME);
}

/** The name of the computer, if it can be one of a server. */
function toHostname(hostname: string | undefined): string | undefined {
  if (hostname === undefined) return undefined;
  try {
    const name = toCertificateName(hostname);
    return isIpName(name) || name.startsWith("*.") ? undefined : name;
  } catch {
    // Computers may be called anything; then no certificate names this one.
    return undefined;
  }
}

async function toPem({ certificate, key }: Authority): Promise<SslPair> {
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", key);
  return {
    cert: `${certificate.toString("pem")}\n`,
    key: `${PemConverter.encode(pkcs8, "PRIVATE KEY")}\n`,
  };
}
