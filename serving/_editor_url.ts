/** The URLs by which editors open a file, by the names of the editors. */
const EDITORS: Readonly<Record<string, string>> = {
  vscode: "vscode://file/{path}:{line}:{column}",
  vscodium: "vscodium://file/{path}:{line}:{column}",
  cursor: "cursor://file/{path}:{line}:{column}",
  windsurf: "windsurf://file/{path}:{line}:{column}",
  zed: "zed://file/{path}:{line}:{column}",
  idea: "idea://open?file={path}&line={line}&column={column}",
  webstorm: "webstorm://open?file={path}&line={line}&column={column}",
  sublime: "subl://open?url=file:///{path}&line={line}&column={column}",
};

/**
 * The URL of the user's editor.
 *
 * @throws {SyntaxError} If the text is neither an editor's name nor such a URL.
 */
export function editorUrl(text: string | undefined): string | undefined {
  if (text === undefined || Object.hasOwn(EDITORS, text)) {
    return text && EDITORS[text];
  }
  const isUrl = /^[a-z][a-z\d+.-]*:/i.test(text) && text.includes("{path}");
  if (isUrl && !/^(?:javascript|data|vbscript):/i.test(text)) return text;
  throw new SyntaxError(
    `Cannot use editor "${text}": expected ${
      Object.keys(EDITORS).join(", ")
    } or a URL with {path}`,
  );
}
