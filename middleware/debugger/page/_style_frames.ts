/** The style of stacks: frames, their sources, and what is folded. */
export const FRAMES_STYLE = `
.frames{border-top:1px solid var(--rule)}
.frames>li{border-bottom:1px solid var(--rule)}
.frames .frames>li:last-child{border-bottom:0}
.frames .frames{margin-left:1.125rem}
.frame>summary,.frame.bare{padding:.5rem 0 .5rem 1.125rem;overflow-wrap:anywhere;line-height:1.4}
.frame,.fold>summary{position:relative}
.fold>summary{list-style:none}
.fold>summary::-webkit-details-marker{display:none}
.fold>summary::before{content:"";position:absolute;left:.0625rem;top:.9rem;width:.4rem;height:.4rem;border:solid var(--quiet);border-width:0 1.5px 1.5px 0;transform:rotate(-45deg)}
.fold[open]>summary::before{transform:rotate(45deg);top:.8rem}
.fold>summary:hover{background:var(--code)}
.call{font:600 .9375rem var(--mono);color:var(--quiet)}
.own .call{color:var(--text)}
.place{font:.875rem var(--mono);color:var(--quiet);margin-left:.75rem}
.own .place{color:var(--text)}
.own .place .position{color:var(--quiet)}
.tag{font-size:.75rem;color:var(--quiet);border:1px solid var(--rule);border-radius:.25rem;padding:.05rem .35rem;margin-left:.4rem}
.group>.fold>summary{padding:.5rem 0 .5rem 1.125rem;color:var(--quiet);font-size:.9375rem}
.body{display:grid;grid-template-columns:minmax(0,1fr);gap:.875rem 2rem;padding:.25rem 0 1.25rem 1.125rem}
.source{align-self:start;background:var(--code);border-radius:.375rem;padding:.5rem 0;overflow-x:auto;tab-size:2}
.source code{display:grid}
.line .spoken{user-select:none}
.line{position:relative;display:block;padding:0 1rem 0 4.25rem;white-space:pre;min-height:1.6em}
.line::before{content:attr(data-line);position:absolute;left:0;width:3.25rem;text-align:right;color:var(--quiet)}
.line.failing{background:var(--failing)}
.line.failing::before{color:var(--error);font-weight:600}
.line.failing::after{content:"";position:absolute;left:0;top:0;bottom:0;width:3px;background:var(--error)}
mark{background:var(--mark);color:inherit;border-radius:.125rem;box-shadow:0 2px 0 var(--error)}
.shj-syn-cmnt{color:var(--quiet)}
.shj-syn-kwd,.shj-syn-oper{color:var(--keyword)}
.shj-syn-oper{color:inherit}
.shj-syn-str{color:var(--string)}
.shj-syn-num,.shj-syn-bool{color:var(--number)}
.shj-syn-type,.shj-syn-class{color:var(--type)}
.shj-syn-func{color:var(--link)}
.links{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;font-size:.875rem}
.inner{margin-top:3rem}
.inner>h2{font-size:1.25rem;font-weight:400;line-height:1.35}
.inner>h2 .label{display:block;font-weight:600;color:var(--error)}
.inner>.details,.inner>.properties{margin:-.25rem 0 .75rem}
.inner>h2 .label{font-size:.875rem}
.request{overflow-wrap:anywhere}
.headers{margin-top:.5rem}
.headers>summary{color:var(--quiet);font-size:.9375rem;padding:.25rem 0 .25rem 1.125rem}
.headers>summary::before{top:.65rem}
.headers[open]>summary::before{top:.55rem}
.headers dl{margin-top:.5rem;display:grid;gap:.25rem}
.headers dl>div{display:grid;grid-template-columns:14rem minmax(0,1fr);gap:0 1.5rem;align-items:baseline}
.headers dt{font:.875rem/1.6 var(--mono);color:var(--quiet);overflow-wrap:anywhere}
.headers dd{margin:0;overflow-wrap:anywhere}
@media (min-width:64rem){
.links{position:absolute;right:0;top:.5rem}
.frame[open]:has(.links)>summary{padding-right:18rem}
.body:has(>.source):has(>.scope){grid-template-columns:minmax(0,3fr) minmax(0,2fr)}
.frame.bare:has(.links){padding-right:10rem}
.body>.console{grid-column:1/-1}
}
@media (max-width:40rem){
.place{display:block;margin-left:0}
.body,.frames .frames{padding-left:0}
.line{white-space:pre-wrap;overflow-wrap:anywhere;padding:0 .5rem 0 3rem}
.line::before{width:2.25rem}
.headers dl>div{grid-template-columns:1fr}
.headers dl{gap:.5rem}
}
`;
