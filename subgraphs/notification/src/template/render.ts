/** One language of a template. Texts hold `{{variable}}` placeholders. */
export interface TemplateText {
  readonly locale: string;
  readonly subject: string;
  readonly text: string;
  /** Without it the HTML part is made of the text's paragraphs. */
  readonly html: string | null;
}

export type Variables = Readonly<Record<string, string | number>>;

/** A message ready to go out. `markdown` is the text for the in-app feed. */
export interface Rendered {
  readonly subject: string;
  readonly text: string;
  readonly markdown: string;
  readonly html: string;
  readonly usedLocale: string;
}

/** A template asked for what it was not given; the message must not go out. */
export class MissingVariables extends Error {
  override readonly name = 'MissingVariables';
  readonly names: readonly string[];

  constructor(names: readonly string[]) {
    super(`The template needs ${names.join(', ')}.`);
    this.names = names;
  }
}

const placeholder = /\{\{\s*([A-Za-z][A-Za-z0-9]*)\s*\}\}/g;
const lastResort = 'en';

/** The locales to try for a learner, best first: `ko-KR`, `ko`, `en`. */
export function localeFallbacks(locale: string): string[] {
  const parts = locale.split('-');
  const narrowing = parts.map((_part, index) => parts.slice(0, parts.length - index).join('-'));
  return [...new Set([...narrowing, lastResort])];
}

/** The text in the best language there is for the locale, or null when even English is missing. */
export function pickText<Text extends TemplateText>(texts: readonly Text[], locale: string): Text | null {
  for (const wanted of localeFallbacks(locale)) {
    const found = texts.find((text) => text.locale.toLowerCase() === wanted.toLowerCase());
    if (found) return found;
  }
  return null;
}

/** The names of the variables that a text needs, sorted. */
export function variablesOf({ subject, text, html }: TemplateText): string[] {
  const names = [...`${subject}\n${text}\n${html ?? ''}`.matchAll(placeholder)].map(([, name]) => name ?? '');
  return [...new Set(names)].toSorted();
}

/** The variables that the text needs and `variables` has not; empty text counts as missing. */
export const missingVariables = (text: TemplateText, variables: Variables): string[] =>
  variablesOf(text).filter(
    (name) => !Object.hasOwn(variables, name) || String(variables[name]).trim() === '',
  );

const htmlEntities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Safe as HTML text and inside quoted attributes. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => htmlEntities[sign] ?? sign);

const escapeMarkdown = (text: string): string =>
  text.replace(/[\\`*_{}[\]()#+!|<>~]/g, (sign) => `\\${sign}`).replace(/\s*[\r\n\u2028\u2029]+\s*/g, ' ');

/** One line without control signs: nothing in it can begin another mail header. */
const toSubject = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();

const fill = (pattern: string, variables: Variables, encode: (text: string) => string): string =>
  pattern.replace(placeholder, (_match, name: string) => encode(String(variables[name])));

const toParagraphs = (html: string): string =>
  html
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${paragraph.replaceAll('\n', '<br>')}</p>`)
    .join('\n');

/**
 * Fills one language of a template. Variables are plain text: escaped in HTML and Markdown, and never filled a
 * second time. Throws `MissingVariables` rather than send a hole.
 */
export function renderText(text: TemplateText, variables: Variables): Rendered {
  const missing = missingVariables(text, variables);
  if (missing.length > 0) throw new MissingVariables(missing);
  const asIs = (value: string) => value;
  return {
    subject: toSubject(fill(text.subject, variables, asIs)),
    text: fill(text.text, variables, asIs),
    markdown: fill(text.text, variables, escapeMarkdown),
    html:
      text.html === null
        ? toParagraphs(fill(escapeHtml(text.text), variables, escapeHtml))
        : fill(text.html, variables, escapeHtml),
    usedLocale: text.locale,
  };
}
