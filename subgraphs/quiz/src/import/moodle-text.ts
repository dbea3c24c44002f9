import { decodeEntities, fromHtml } from './markdown.ts';
import { childOf, childrenOf, innerXml, isElement, textOf, type XmlElement } from './xml.ts';

/** What a Moodle element with a `<text>` and its `<file>`s says. */
export interface MoodleText {
  readonly text: string;
  readonly notes: readonly string[];
}

const isHtml = (element: XmlElement) => {
  const { format } = element.attributes;
  return format === undefined || format === 'html' || format === 'moodle_auto_format';
};

/** The `<text>` as it stands there; HTML that was not encoded counts as text too. */
export function rawText(element: XmlElement | undefined): string {
  const text = childOf(element, 'text');
  if (!text) return '';
  return text.children.some(isElement) ? innerXml(text) : textOf(text);
}

/** A text for people: Markdown, made from HTML where its format says so. Files within are named. */
export function readMoodleText(element: XmlElement | undefined): MoodleText {
  if (!element) return { text: '', notes: [] };
  const raw = rawText(element);
  return { text: isHtml(element) ? fromHtml(raw) : raw.trim(), notes: filesOf(element) };
}

/** A text that answers are compared with: no Markdown in it. */
export function readMoodleAnswer(element: XmlElement): string {
  const raw = rawText(element).trim();
  return element.attributes.format === 'html' ? decodeEntities(raw) : raw;
}

export const filesOf = (element: XmlElement): string[] =>
  childrenOf(element, 'file').map(({ attributes }) => `the file ${attributes.name ?? ''} is not kept`);

/** The author's words to an answer; null for none. */
export const readMoodleFeedback = (answer: XmlElement): string | null =>
  readMoodleText(childOf(answer, 'feedback')).text || null;
