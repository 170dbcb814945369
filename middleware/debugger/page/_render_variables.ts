import { escapeHtml } from "../../escape_html.ts";
import type { ReportedFrame, ReportedVariable } from "../error_report.ts";

/** As many variables of outer scopes do not get in the way of the own ones. */
const MAX_OUTER_OPEN = 6;

/** How variables are shown. */
interface ListOptions {
  /** Whether values can be expanded. */
  readonly isLive: boolean;
  /** The names to stress. */
  readonly used?: ReadonlySet<string>;
}

/**
 * Renders the variables of a frame: its own ones and all that the failing line
 * names, which are stressed; below them, folded where they are many, the others
 * of the functions and the module around it.
 *
 * @param frame The frame.
 * @param variables Its variables.
 * @param isLive Whether values can be expanded.
 * @returns HTML.
 */
export function renderVariables(
  frame: ReportedFrame,
  variables: readonly ReportedVariable[],
  isLive: boolean,
): string {
  const used = namesIn(frame);
  const isFar = ({ kind, name }: ReportedVariable) =>
    kind === "closure" && !used.has(name);
  const near = variables.filter((variable) => !isFar(variable));
  const far = variables.filter(isFar);
  const lists = [
    near.length > 0 ? renderTree(near, { isLive, used }) : "",
    far.length > 0 ? renderOuter(far, isLive) : "",
  ].join("");
  return lists || '<p class="quiet">No variables in scope.</p>';
}

/**
 * Renders a list of variables or properties.
 *
 * @param variables The variables.
 * @param options How they are shown.
 * @returns HTML.
 */
export function renderTree(
  variables: readonly ReportedVariable[],
  options: ListOptions,
): string {
  const items = variables.map((variable) => renderItem(variable, options));
  return `<ul class="tree">${items.join("")}</ul>`;
}

/**
 * The words of the failing line: its variables are among them. Classes of
 * Unicode would cost more on the first page than all of the rest.
 */
function namesIn({ source, line }: ReportedFrame): Set<string> {
  const text = source?.lines[line - source.firstLine] ?? "";
  return new Set(
    text.match(/(?<![\w$.\x80-\uffff])[A-Za-z$_\x80-\uffff][\w$\x80-\uffff]*/g),
  );
}

function renderOuter(
  variables: readonly ReportedVariable[],
  isLive: boolean,
): string {
  const open = variables.length <= MAX_OUTER_OPEN ? " open" : "";
  return `<details class="outer fold"${open}><summary>Outer scopes <span class="quiet">${variables.length}</span></summary>${
    renderTree(variables, { isLive })
  }</details>`;
}

function renderItem(
  { name, kind, value, isSecret }: ReportedVariable,
  { isLive, used }: ListOptions,
): string {
  const stress = used?.has(name) ? ' used" title="In the failing line' : "";
  const label = `<span class="name ${kind}${stress}">${
    escapeHtml(name)
  }</span>`;
  const text = `<span class="value ${value.type}">${
    escapeHtml(value.text)
  }</span>`;
  if (isSecret) return `<li>${label}: ${renderSecret(text)}</li>`;
  if (!isLive || !value.isExpandable) return `<li>${label}: ${text}</li>`;
  const path = escapeHtml(JSON.stringify([name]));
  return `<li><details class="member" data-path="${path}"><summary>${label}: ${text}</summary></details></li>`;
}

/**
 * Hides what may be a secret until it is asked for: from those who look over a
 * shoulder, and from what is selected and copied.
 *
 * @param html The value.
 * @returns HTML.
 */
export function renderSecret(html: string): string {
  return `<details class="secret"><summary><span aria-hidden="true">••••••••</span><span class="spoken">Hidden value</span></summary>${html}</details>`;
}
