/** Markup that is safe to put into a page as it is. */
export interface Html {
  readonly markup: string;
}
type Part = Html | string | number | null | readonly Html[];

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapeText = (text: string) => text.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? '');

/** A template whose values are escaped unless they are Html themselves. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  markup: strings.map((text, index) => text + render(parts[index] ?? null)).join(''),
});

function render(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeText(String(part));
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('');
}

/** A whole page in the stand-in's look. */
export const page = (title: string, body: Html): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Stripe stand-in</title>
<style>${style}</style>
</head>
<body>
<p class="banner">Test mode: a local stand-in for Stripe. No money moves and no real card works.</p>
${body}
</body>
</html>`.markup;

const style: Html = {
  markup: `
:root { --ink: #1a1f36; --soft: #545969; --line: #d8dee9; --accent: #5146d8; --bad: #a3142f; --good: #0b6b3a; }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, "Noto Sans KR", sans-serif; color: var(--ink); background: #f5f7fa; }
.banner { margin: 0; padding: .45rem 1rem; background: #fff1cc; color: #5c3b00; text-align: center; font-size: .875rem; }
main { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
main.narrow { max-width: 27rem; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .6rem; }
.amount { font-size: 2.2rem; font-weight: 650; margin: .2rem 0; }
.soft { color: var(--soft); }
.card { background: #fff; border: 1px solid var(--line); border-radius: 12px; padding: 1.5rem; margin: 1rem 0; }
.scroll { overflow-x: auto; background: #fff; border: 1px solid var(--line); border-radius: 12px; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .55rem .85rem; border-bottom: 1px solid var(--line); white-space: nowrap; font-size: .9rem; }
tr:last-child td { border-bottom: 0; }
th { color: var(--soft); font-weight: 600; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
label { display: block; font-weight: 600; margin: .9rem 0 .25rem; font-size: .925rem; }
input { width: 100%; padding: .65rem .75rem; font: inherit; border: 1px solid #8d94a5; border-radius: 8px; background: #fff; color: inherit; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: .8rem; }
button { font: inherit; font-weight: 650; border: 0; border-radius: 8px; padding: .75rem 1rem; background: var(--accent); color: #fff; cursor: pointer; }
button.wide { width: 100%; margin-top: 1.3rem; }
button.quiet { background: #fff; color: var(--accent); border: 1px solid var(--accent); padding: .35rem .7rem; font-size: .875rem; }
button:hover { filter: brightness(1.08); }
:focus-visible { outline: 3px solid #f0a500; outline-offset: 2px; }
a { color: var(--accent); }
.centre { text-align: center; margin: 1rem 0 0; }
.alert { background: #fdecef; color: var(--bad); border: 1px solid #e7a6b3; border-radius: 8px; padding: .7rem .9rem; margin: 1rem 0 0; }
.state { font-weight: 600; } .state.good { color: var(--good); } .state.bad { color: var(--bad); }
form.inline { display: inline; }
code { font-size: .85rem; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #eceff6; --soft: #a9b1c4; --line: #343b4d; --accent: #8f86ff; --bad: #ff9aa9; --good: #6fdba0; }
  body { background: #12151d; } .card, .scroll, input, button.quiet { background: #1b202c; } button { color: #12151d; } button.quiet { color: var(--accent); }
  .banner { background: #4a3700; color: #ffe7ad; } .alert { background: #3a1720; border-color: #7c3444; }
}`,
};

const zeroDecimal = new Set(['krw', 'jpy', 'vnd', 'clp']);

/** An amount in minor units as a person writes it. */
export const money = (amount: number, currency: string) =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).format(
    zeroDecimal.has(currency.toLowerCase()) ? amount : amount / 100,
  );

export const date = (seconds: number) =>
  `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

export const table = (caption: string, head: readonly string[], rows: readonly Html[]): Html =>
  rows.length === 0
    ? html`<p class="soft">None yet.</p>`
    : html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>`;

const goodStates = new Set(['active', 'paid', 'complete', 'trialing', 'delivered']);
const badStates = new Set(['past_due', 'canceled', 'expired', 'open', 'incomplete', 'failed', 'void']);

export const stateMark = (state: string): Html => {
  const tone = goodStates.has(state) ? 'good' : badStates.has(state) ? 'bad' : '';
  return html`<span class="state ${tone}">${state.replaceAll('_', ' ')}</span>`;
};
