/** What `lint` has found. */
export interface LintWarning {
  /** The name of the rule, such as `etag-quotes`. It stays the same. */
  readonly rule: string;
  /** `note` for what is allowed and may be meant so. */
  readonly level: "warning" | "note";
  /** What is wrong, with values of the response in it. */
  readonly message: string;
  /** Where the rule is written down, such as `RFC 9110 section 8.8.3`. */
  readonly section: string;
  /** The URL of the request. */
  readonly url: string;
  /** The method of the request. */
  readonly method: string;
}

/** What was found in a response. */
export interface LintFinding {
  /** The name of the rule, such as `etag-quotes`. */
  readonly rule: string;
  /** Where the rule is written down, such as `RFC 9110 section 8.8.3`. */
  readonly section: string;
  /** What is wrong, as a sentence without a period. */
  readonly message: string;
  /** What it is about where a rule can find several things: a field, a cookie. */
  readonly about?: string;
  /** `note` if the rule is no more than advice. */
  readonly level?: "warning" | "note";
}

/** A response and what led to it. */
export interface LintExchange {
  /** The request as the app got it. */
  readonly request: Request;
  /** What the app returned. */
  readonly response: Response;
  /** Those of the fields for negotiation that the app has read. */
  readonly readFields: ReadonlySet<string>;
}

/** A family of rules. It looks and touches nothing. */
export type LintRule = (exchange: LintExchange) => Iterable<LintFinding>;
