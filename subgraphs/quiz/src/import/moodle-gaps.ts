import { decodeEntities, fromHtml } from './markdown.ts';
import type { MappedAnswers } from './moodle-answers.ts';
import { type MoodleGap, readGaps } from './moodle-cloze.ts';
import { rawText, readMoodleFeedback } from './moodle-text.ts';
import { childOf, childrenOf, textOf, type XmlElement } from './xml.ts';

export type MappedCloze = MappedAnswers & { readonly prompt: string };

const isHtml = (text: XmlElement | undefined) =>
  !/^(markdown|plain_text)$/.test(text?.attributes.format ?? '');

/** A text with gaps embedded in it. Answers why it cannot be one of ours. */
export function mapCloze(question: XmlElement): MappedCloze | string {
  const text = childOf(question, 'questiontext');
  const { prompt, gaps } = readGaps(rawText(text));
  if (gaps.length === 0) return 'there is no gap in the text';
  const known = gaps.filter((gap) => gap !== null);
  if (known.length < gaps.length) return 'a gap is of a kind that is not supported';
  const decode = isHtml(text) ? decodeEntities : (plain: string) => plain;
  const mapped = known.map((gap) => mapGap(gap, decode));
  const failure = mapped.find((gap) => typeof gap === 'string');
  if (failure !== undefined) return failure;
  const weights = new Set(known.map(({ weight }) => weight));
  return {
    prompt: isHtml(text) ? fromHtml(prompt) : prompt.trim(),
    body: { cloze: { gaps: mapped } },
    notes: weights.size > 1 ? ['its gaps count the same now'] : [],
  };
}

const isExactNumber = (text: string) => /^[+-]?\d+(?:\.\d+)?(?::0+(?:\.0+)?)?$/.test(text);

function mapGap({ type, caseSensitive, answers }: MoodleGap, decode: (text: string) => string) {
  const rules = answers.map(({ text, weight, feedback }) => ({
    pattern: decode(text),
    weight,
    feedback: feedback === null ? null : decode(feedback),
  }));
  if (type === 'CHOICE') {
    const told = rules.filter(({ weight, feedback }) => weight !== 0 || feedback !== null);
    return { answers: told, choices: rules.map(({ pattern }) => pattern), caseSensitive: false };
  }
  if (type === 'TEXT') return { answers: rules, caseSensitive };
  if (!rules.every(({ pattern }) => isExactNumber(pattern))) return 'a gap takes numbers with a tolerance';
  return {
    answers: rules.map((rule) => ({ ...rule, pattern: rule.pattern.replace(/:.*$/, '') })),
    caseSensitive: false,
  };
}

/**
 * A text with places `[[1]]`, `[[2]]`, … and what to choose from (Moodle's "select missing words" and "drag and drop
 * into text"): a place names the choice that is right there, and offers those of the same group.
 */
export function mapSelections(question: XmlElement): MappedCloze | string {
  const text = childOf(question, 'questiontext');
  const boxes = [...childrenOf(question, 'selectoption'), ...childrenOf(question, 'dragbox')].map((box) => ({
    text: textOf(childOf(box, 'text')).trim(),
    group: textOf(childOf(box, 'group')).trim(),
  }));
  const gaps: object[] = [];
  let unknown: string | null = null;
  const prompt = rawText(text).replace(/\[\[(\d+)\]\]/g, (place, number: string) => {
    const right = boxes[Number(number) - 1];
    if (!right) unknown ??= `the place ${place} has nothing to choose from`;
    const choices = boxes
      .filter(({ group }) => group === right?.group)
      .map((box) => decodeEntities(box.text));
    gaps.push({
      choices,
      answers: [{ pattern: decodeEntities(right?.text ?? ''), weight: 1, feedback: null }],
    });
    return `{{${gaps.length}}}`;
  });
  if (unknown !== null) return unknown;
  const hasFeedback = childrenOf(question, 'selectoption').some((box) => readMoodleFeedback(box) !== null);
  return {
    prompt: isHtml(text) ? fromHtml(prompt) : prompt.trim(),
    body: { cloze: { gaps } },
    notes: hasFeedback ? ['what is said to its choices is not kept'] : [],
  };
}
