/** The style of variables, values and what is hidden. */
export const VALUES_STYLE = `
.tree{font:.875rem/1.6 var(--mono)}
.tree .tree{margin-left:.45rem;padding-left:.9rem;border-left:1px solid var(--rule)}
.tree li{padding-left:1rem;overflow-wrap:anywhere}
.tree .tree li{padding-left:.85rem}
.name{color:var(--text);font-weight:500}
.name.used{text-decoration:underline .125em var(--error);text-underline-offset:.25em}
.name.this{font-style:italic}
.name.property{color:var(--quiet)}
.value{font:.875rem/1.6 var(--mono);white-space:pre-wrap}
.value.string{color:var(--string)}
.value.number,.value.bigint,.value.boolean{color:var(--number)}
.value.function,.value.symbol{color:var(--keyword)}
.value.error{color:var(--error)}
.value.undefined,.value.null,.value.unavailable,.value.accessor{color:var(--quiet)}
.value.unavailable,.value.accessor{font-style:italic}
.member>summary{list-style:none;position:relative}
.member>summary::-webkit-details-marker{display:none}
.member>summary::before{content:"";position:absolute;left:-.9rem;top:.5em;width:.35rem;height:.35rem;border:solid var(--quiet);border-width:0 1.5px 1.5px 0;transform:rotate(-45deg)}
.member[open]>summary::before{transform:rotate(45deg);top:.4em}
.member>summary:hover{background:var(--code)}
.more{margin:.25rem 0 .25rem .85rem;padding:.1rem .5rem}
.outer{margin-top:.5rem}
.outer>summary{font-size:.875rem;font-weight:500;color:var(--quiet);padding-left:1rem}
.outer>summary::before{top:.45rem}
.outer[open]>summary::before{top:.35rem}
.outer>.tree{margin-top:.125rem}
.secret{display:inline-block;vertical-align:top}
.secret>summary{list-style:none;color:var(--quiet);border-bottom:1px dashed var(--edge);line-height:1.3}
.secret>summary::-webkit-details-marker{display:none}
.secret>summary::after{content:" show";font-size:.8125rem;color:var(--link)}
.secret[open]>summary::after{content:" hide"}
.properties{margin-top:.75rem}
.properties .tree li{padding-left:0}
.scope{min-width:0}
`;
