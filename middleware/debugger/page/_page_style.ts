import { paletteCss } from "./_page_palette.ts";
import { CONSOLE_STYLE } from "./_style_console.ts";
import { FRAMES_STYLE } from "./_style_frames.ts";
import { VALUES_STYLE } from "./_style_values.ts";

/** What is common to all pages: type, controls, header and footer. */
const BASE_STYLE = `
*{box-sizing:border-box}
html{scroll-padding-top:1rem;-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--text);font:1rem/1.5 var(--sans)}
body>*{max-width:84rem;margin:0 auto;padding:0 2rem}
a{color:var(--link);text-underline-offset:.2em;text-decoration-thickness:.06em}
a:hover{text-decoration-thickness:.12em}
pre,code,textarea,.mono{font:.875rem/1.6 var(--mono)}
pre{margin:0}
h1,h2,p,ol,ul,dl{margin:0;padding:0;font-size:1rem;list-style:none}
button{font:500 .875rem/1.4 var(--sans);color:var(--text);background:var(--page);border:1px solid var(--edge);border-radius:.375rem;padding:.4rem .75rem;cursor:pointer}
button:hover{background:var(--code)}
summary{cursor:pointer}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:.125rem}
[tabindex="-1"]:focus-visible{outline:none}
.quiet{color:var(--quiet);font-weight:400}
.spoken{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:.5rem;top:-4rem;z-index:2;padding:.5rem 1rem;background:var(--page)}
.skip:focus{top:.5rem}
.top{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;align-items:center;padding-top:1rem;padding-bottom:1rem;font-size:.875rem;color:var(--quiet)}
.top .about{flex:1 1 auto;overflow-wrap:anywhere}
.top b{color:var(--text);font-weight:600}
.top button{border-color:transparent;color:var(--quiet);padding:.25rem .5rem;margin-right:-.5rem}
main{padding-bottom:3rem}
h1{font-weight:400;overflow-wrap:anywhere;white-space:pre-wrap}
h1 .type{display:block;color:var(--error);font:600 1rem/1.5 var(--mono)}
h1 .message{display:block;font-size:clamp(1.25rem,.9rem + 1.4vw,1.875rem);line-height:1.3;letter-spacing:-.01em;text-wrap:pretty}
h2{margin:2.5rem 0 .75rem;font-weight:600;overflow-wrap:anywhere}
.details{margin-top:.75rem;max-height:24rem;overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere;color:var(--quiet)}
.actions{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin-top:1.25rem}
.actions a{font-size:.875rem;font-weight:500;padding:.4rem .75rem;border:1px solid var(--edge);border-radius:.375rem;color:inherit;line-height:1.4;text-decoration:none}
.actions a:hover{background:var(--code)}
.notice{margin-top:1.25rem;padding:.5rem 0 .5rem 1rem;border-left:3px solid var(--edge);color:var(--quiet);max-width:45rem}
.chain{margin-top:1rem;display:grid;gap:.25rem;font-size:.9375rem;overflow-wrap:anywhere}
.chain .chain{margin:.25rem 0 0 1.25rem}
.copyable{width:100%;height:16rem;margin-top:1rem;padding:.75rem;color:inherit;background:var(--code);border:1px solid var(--edge);border-radius:.375rem}
footer p{font-size:inherit}
footer{padding-top:1rem;padding-bottom:2rem;font-size:.8125rem;color:var(--quiet)}
kbd{font:.8125rem var(--mono);color:var(--text);border:1px solid var(--rule);border-radius:.25rem;padding:0 .3em}
.errors{margin-top:1.25rem;border-top:1px solid var(--rule)}
.errors li{display:grid;grid-template-columns:5.5rem minmax(8rem,1fr) minmax(0,2fr);gap:.125rem 1.5rem;padding:.625rem 0;border-bottom:1px solid var(--rule);align-items:baseline;overflow-wrap:anywhere}
.errors time,.errors .request{font-size:.875rem;color:var(--quiet)}
@media (max-width:40rem){
body>*{padding-left:1rem;padding-right:1rem}
.top .about{flex-basis:100%}
.top button{margin-left:-.5rem}
.top a+button{margin-left:0}
.errors li{grid-template-columns:auto 1fr;column-gap:.75rem}
.errors .title{grid-column:1/-1}
footer .keys{display:none}
}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
@media print{.actions,.top button,.console,footer,.links{display:none}}
`;

/**
 * Makes the style sheet of the pages.
 *
 * The theme is the one of the system, unless the root element names another in
 * `data-theme`.
 *
 * @returns CSS, which is safe within a `style` element.
 */
export function pageStyle(): string {
  return `:root{color-scheme:light dark;${paletteCss()}--sans:system-ui,sans-serif;--mono:ui-monospace,"SF Mono",SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
:root[data-theme="light"]{color-scheme:light}
:root[data-theme="dark"]{color-scheme:dark}${BASE_STYLE}${FRAMES_STYLE}${VALUES_STYLE}${CONSOLE_STYLE}`;
}
