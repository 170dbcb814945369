/** Colors source: resolves to HTML. */
export type ColorSource = (code: string, language: string) => Promise<string>;

/** What a page has its sources colored by. */
type Highlight = (code: string, language: string) => string;

/**
 * Renders a page whose sources are colored. Pages are rendered at once, but
 * colors come later, since the language has to be loaded first. So the page is
 * rendered once to see what has to be colored, and again with the colors.
 *
 * @param render Renders the page.
 * @param color Colors source; without, the page is rendered once.
 * @returns The page.
 */
export async function colorSources(
  render: (highlight?: Highlight) => string,
  color: ColorSource | undefined,
): Promise<string> {
  if (color === undefined) return render();
  const wanted: Promise<unknown>[] = [];
  const colored = new Map<string, string>();
  const plain = render((code, language) => {
    const key = `${language} ${code}`;
    if (colored.has(key)) return "";
    colored.set(key, "");
    wanted.push(
      color(code, language).then((html) => colored.set(key, html)),
    );
    return "";
  });
  try {
    await Promise.all(wanted);
  } catch {
    // The page has to appear, colored or not.
    return plain;
  }
  return render((code, language) => colored.get(`${language} ${code}`) ?? "");
}
