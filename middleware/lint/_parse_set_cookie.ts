/** A cookie as it is written in a `Set-Cookie` field. */
export interface SetCookie {
  /** The name, `undefined` if there is no `=`. */
  readonly name: string | undefined;
  /** The value. */
  readonly value: string;
  /** The attributes in their order, names in lower case. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
}

/**
 * Takes a `Set-Cookie` field apart the way user agents do (RFC 6265 section
 * 5.2), whatever it is.
 */
export function parseSetCookie(field: string): SetCookie {
  const [pair = "", ...rest] = field.split(";");
  const equals = pair.indexOf("=");
  return {
    name: equals < 0 ? undefined : pair.slice(0, equals).trim(),
    value: pair.slice(equals + 1).trim(),
    attributes: rest.map((part) => {
      const [name = "", ...value] = part.split("=");
      return [name.trim().toLowerCase(), value.join("=").trim()];
    }),
  };
}

/** The attribute as it counts: the last of that name. */
export function attributeOf(
  { attributes }: SetCookie,
  name: string,
): string | undefined {
  return attributes.findLast(([other]) => other === name)?.[1];
}
