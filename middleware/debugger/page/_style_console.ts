/** The style of consoles, completions and the prompt for the PIN. */
export const CONSOLE_STYLE = `
.console{position:relative;border:1px solid var(--edge);border-radius:.375rem;background:var(--page);min-width:0}
.console:focus-within{border-color:var(--link);box-shadow:0 0 0 1px var(--link)}
.console textarea:focus-visible{outline:none}
.log{max-height:28rem;overflow:auto;overscroll-behavior:contain}
.log:not(:empty){padding:.5rem 0 0}
.entry{padding:0 .75rem .5rem 2rem;overflow-wrap:anywhere}
.entry pre{white-space:pre-wrap}
.entry .asked,.ask{position:relative}
.entry .asked::before,.ask::before{content:"\\203a";position:absolute;color:var(--link);font:600 1rem/1.4 var(--mono)}
.entry .asked::before{left:-1.25rem}
.entry .printed{color:var(--quiet)}
.entry .failed{color:var(--error)}
.entry .tree>li{padding-left:0}
.entry .tree>li:has(>.member){padding-left:1rem}
.ask{display:flex;align-items:flex-start}
.ask::before{left:.75rem;top:.5rem}
.ask textarea{flex:1;min-width:0;display:block;resize:none;border:0;background:none;color:inherit;padding:.5rem .5rem .5rem 2rem;overflow-wrap:anywhere;field-sizing:content;max-height:16rem}
.ask textarea::placeholder{color:var(--quiet);opacity:1}
.ask button{border-color:transparent;color:var(--quiet);margin:.25rem;padding:.25rem .5rem;flex:none}
.names{position:absolute;left:1.5rem;bottom:100%;z-index:1;margin-bottom:.25rem;min-width:12rem;max-width:calc(100% - 2rem);max-height:14rem;overflow:auto;background:var(--page);border:1px solid var(--edge);border-radius:.375rem;padding:.25rem;font:.875rem/1.6 var(--mono)}
.names [role="option"]{padding:0 .5rem;border-radius:.25rem;cursor:pointer;overflow-wrap:anywhere}
.names [aria-selected="true"]{background:var(--link);color:var(--page)}
.alone .console{margin-top:1.25rem}
.alone .log{max-height:calc(100dvh - 18rem);min-height:8rem}
dialog{width:min(24rem,calc(100vw - 2rem));padding:1.5rem;color:var(--text);background:var(--page);border:1px solid var(--edge);border-radius:.5rem;margin:auto}
dialog::backdrop{background:rgb(0 0 0/.5)}
dialog h2{margin:0 0 .25rem}
dialog label{display:block;margin:1rem 0 .25rem;font-size:.875rem;font-weight:500}
dialog input{width:100%;padding:.5rem .75rem;font:1.125rem/1.4 var(--mono);letter-spacing:.05em;color:inherit;background:var(--code);border:1px solid var(--edge);border-radius:.375rem}
dialog .failed{color:var(--error);min-height:1.5em;font-size:.875rem;margin-top:.25rem}
dialog .actions{margin-top:.75rem}
dialog .actions button[type="submit"]{background:var(--link);border-color:var(--link);color:var(--page)}
`;
