/** The style of the reference page, in light and dark. */
export const docsStyle = `
:root{color-scheme:light dark;--text:#1c2430;--soft:#5b6675;--line:#dfe4ea;--page:#f7f8fa;--card:#fff;--link:#2457c5}
@media(prefers-color-scheme:dark){:root{--text:#e6e9ee;--soft:#9aa5b4;--line:#2c3440;--page:#12161c;--card:#1a2029;--link:#8ab0ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.55 system-ui,sans-serif}
header,main{max-width:60rem;margin:0 auto;padding:1.5rem}
header{padding-bottom:0}
h1{margin:0 0 .5rem;font-size:1.8rem}
h2{margin:2rem 0 .75rem;font-size:1.15rem;text-transform:capitalize}
h4{margin:1.25rem 0 .4rem;font-size:.9rem;color:var(--soft)}
a{color:var(--link)}
.version,.status{font-size:.6em;font-weight:600;vertical-align:middle;padding:.15em .5em;border-radius:1em;background:var(--line)}
nav{display:flex;flex-wrap:wrap;gap:.4rem 1rem;padding:.75rem 0;border-bottom:1px solid var(--line)}
nav a{text-decoration:none;text-transform:capitalize}
details{background:var(--card);border:1px solid var(--line);border-radius:.5rem;margin:.5rem 0}
details>pre{margin:0 1rem 1rem}
summary{display:flex;flex-wrap:wrap;align-items:center;gap:.75rem;padding:.7rem 1rem;cursor:pointer;list-style:none}
summary::-webkit-details-marker{display:none}
summary:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:.5rem}
.summary{color:var(--soft);margin-left:auto}
.method{min-width:4.2rem;text-align:center;padding:.15rem .5rem;border-radius:.35rem;font-size:.75rem;font-weight:700;color:#fff;background:#5b6675}
.method.get{background:#1d6f42}.method.post{background:#1f57b8}.method.put,.method.patch{background:#8a5300}.method.delete{background:#a8232d}
.operation{padding:0 1rem 1rem}
code{font:.875em/1.5 ui-monospace,SFMono-Regular,Menlo,monospace}
pre{overflow-x:auto;margin:.5rem 0;padding:.75rem 1rem;background:var(--page);border:1px solid var(--line);border-radius:.4rem}
.wide{overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:.9rem}
th,td{padding:.35rem .75rem .35rem 0;text-align:left;border-bottom:1px solid var(--line)}
`;
