// deno-lint-ignore-file no-import-prefix -- runs without our import map, too
/**
 * What issuing takes from npm. Only the process that issues imports it.
 *
 * @module
 */
// The decorators of the packages below need it, and need it first.
import "npm:reflect-metadata@^0.2";

export { AsnConvert } from "npm:@peculiar/asn1-schema@^2";
export {
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_nameConstraints as NAME_CONSTRAINTS,
  NameConstraints,
} from "npm:@peculiar/asn1-x509@^2";
export {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
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
} from "npm:@peculiar/x509@^2";
