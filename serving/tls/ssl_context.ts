/** A certificate (with the rest of its chain, if any) and its private key. */
export interface SslPair {
  /** The certificates in PEM, the server's own first. */
  readonly cert: string;
  /** The private key in PEM, not encrypted. */
  readonly key: string;
  /**
   * The certificates in PEM of who signs those of clients. Where this is given,
   * only clients with such a certificate are served.
   */
  readonly ca?: string;
}

/** A pair that was loaded to be served. */
export interface ServedSslPair extends SslPair {
  /** The hosts it is for, if it is not one that devserve has made for others. */
  readonly hosts?: readonly string[];
}

/**
 * Where the certificate of a server comes from: `"adhoc"` for one that devserve
 * makes and keeps, files in PEM, or the PEM texts themselves.
 *
 * The key of `[certFile]` is in the same file. The order of the files does not
 * matter: which is which is told by their content.
 */
export type SslContext =
  | "adhoc"
  | readonly [certFile: string, keyFile?: string]
  | SslPair;
