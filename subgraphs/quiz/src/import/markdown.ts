import MarkdownIt from 'markdown-it';
import TurndownService from 'turndown';

const renderer = new MarkdownIt({ html: false, xhtmlOut: true, linkify: false });

/** Markdown (CommonMark and tables) as well-formed XHTML; HTML within it shows as text. */
export const toXhtml = (markdown: string): string => renderer.render(markdown).trim();

const converter = new TurndownService({
  headingStyle: 'atx',
  codeBlockStyle: 'fenced',
  bulletListMarker: '-',
  emDelimiter: '*',
});
converter.remove(['script', 'style']);
converter.keep(['sub', 'sup', 'table']);

/** HTML as Markdown; scripts and styles are left out, tables, sub- and superscripts stay HTML. */
export const fromHtml = (html: string): string => converter.turndown(html).trim();

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** The text of HTML in which only characters are encoded, as in answers that are compared and never shown. */
export const decodeEntities = (html: string): string =>
  html.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (name) return named[String(name).toLowerCase()] ?? whole;
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return isCharacter ? String.fromCodePoint(code) : whole;
  });
