import {
  AsnConvert,
  Extension,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  NAME_CONSTRAINTS,
  NameConstraints,
  type X509Certificate,
} from "./_x509.ts";
import { isIpName } from "./_certificate_names.ts";

/**
 * Names that no one can own on the internet: localhost, test (RFC 6761), local
 * (RFC 6762), internal (ICANN, 2024), home.arpa (RFC 8375). A name allows those
 * below it, too.
 */
const PRIVATE_DOMAINS = ["localhost", "test", "local", "internal", "home.arpa"];

/** Loopback, private (RFC 1918, RFC 4193) and link-local addresses. */
const PRIVATE_NETWORKS = [
  "127.0.0.0/8",
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "169.254.0.0/16",
  "::1/128",
  "fc00::/7",
  "fe80::/10",
];

/**
 * What keeps an authority to names of development, so that its key is of no use
 * against any other site (RFC 5280, section 4.2.1.10, which has it critical).
 */
export function privateNamesOnly(hostname: string | undefined): Extension {
  const domains = [...PRIVATE_DOMAINS, ...(hostname ? [hostname] : [])];
  const permitted = [
    ...domains.map((dNSName) => new GeneralName({ dNSName })),
    ...PRIVATE_NETWORKS.map((iPAddress) => new GeneralName({ iPAddress })),
  ];
  const constraints = new NameConstraints({
    permittedSubtrees: new GeneralSubtrees(
      permitted.map((base) => new GeneralSubtree({ base })),
    ),
  });
  return new Extension(
    NAME_CONSTRAINTS,
    true,
    AsnConvert.serialize(constraints),
  );
}

/** Tells which names the authority may sign. */
export function permittedBy(ca: X509Certificate): (name: string) => boolean {
  const extension = ca.getExtension(NAME_CONSTRAINTS);
  if (!extension) return () => true;
  const { permittedSubtrees, excludedSubtrees } = AsnConvert.parse(
    extension.value,
    NameConstraints,
  );
  const permitted = bases(permittedSubtrees);
  const excluded = bases(excludedSubtrees);
  return (name) => {
    const ofKind = permitted.filter((base) => isOfKind(base, name));
    return (ofKind.length === 0 || ofKind.some((base) => holds(base, name))) &&
      !excluded.some((base) => holds(base, name));
  };
}

function bases(subtrees: GeneralSubtrees | undefined): GeneralName[] {
  return [...subtrees ?? []].map(({ base }) => base);
}

function isOfKind({ dNSName, iPAddress }: GeneralName, name: string): boolean {
  return (isIpName(name) ? iPAddress : dNSName) !== undefined;
}

function holds({ dNSName, iPAddress }: GeneralName, name: string): boolean {
  if (isIpName(name)) return iPAddress !== undefined && inNet(iPAddress, name);
  if (dNSName === undefined) return false;
  const domain = dNSName.toLowerCase().replace(/^\./, "");
  return domain === "" || name === domain || name.endsWith(`.${domain}`);
}

/** Whether an address is in a network that is written as "10.0.0.0/8". */
function inNet(network: string, address: string): boolean {
  const [base = "", length = ""] = network.split("/");
  const bits = bitsOf(base);
  const own = bitsOf(address);
  return bits.length === own.length &&
    own.startsWith(bits.slice(0, Number(length)));
}

/** An address in binary digits: as text, as these are too many for a number. */
function bitsOf(address: string): string {
  if (!address.includes(":")) {
    return address.split(".").map(toBits(10, 8)).join("");
  }
  const [head = "", tail = ""] = address.split("::");
  const before = head.split(":").filter(Boolean);
  const after = tail.split(":").filter(Boolean);
  const zeros = Array(8 - before.length - after.length).fill("0");
  return [...before, ...zeros, ...after].map(toBits(16, 16)).join("");
}

function toBits(radix: number, length: number): (part: string) => string {
  return (part) => parseInt(part, radix).toString(2).padStart(length, "0");
}
