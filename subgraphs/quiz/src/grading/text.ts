import type { AnswerKeyOf } from '../question/answer-key.ts';
import type { ContentOf } from '../question/content.ts';
import type { ResponseOf } from '../question/response.ts';
import { type Credit, noCredit } from './credit.ts';
import { Exact } from './fraction.ts';

export interface TextRule {
  readonly pattern: string;
  readonly weight: string;
  readonly feedback: string | null;
}

/** Credit of the first rule, in the author's order, whose pattern the text matches. */
export function gradeText(
  question: { readonly content: ContentOf<'TEXT'>; readonly key: AnswerKeyOf<'TEXT'> },
  response: ResponseOf<'TEXT'>,
): Credit | null {
  return creditOfText(response.text, question.key.answers, question.content.caseSensitive);
}

/** Null for a text without a visible character: that is no answer. */
export function creditOfText(
  text: string,
  rules: readonly TextRule[],
  caseSensitive: boolean,
): Credit | null {
  if (normaliseText(text, caseSensitive) === '') return null;
  const rule = rules.find(({ pattern }) => matchesPattern(text, pattern, caseSensitive));
  if (!rule) return noCredit;
  return { credit: new Exact(rule.weight), feedback: rule.feedback === null ? [] : [rule.feedback] };
}

/**
 * The form in which texts are compared: Unicode NFC (UAX #15), runs of white space as one space, none at
 * the ends; without case distinction the full upper-case mapping, so that `ß` equals `SS` and `ς` equals `σ`.
 */
export function normaliseText(text: string, caseSensitive: boolean): string {
  const composed = text.normalize('NFC').replace(/\s+/gu, ' ').trim();
  return caseSensitive ? composed : composed.toUpperCase().normalize('NFC');
}

const anyRun = Symbol('any run of characters');
const anyRunStandIn = '\u{F0001}';
const starStandIn = '\u{F0002}';

/** Whether the whole text matches a pattern in which `*` stands for any run of characters and `\*` for a star. */
export function matchesPattern(text: string, pattern: string, caseSensitive: boolean): boolean {
  const marked = pattern.replace(/\\\*/g, starStandIn).replace(/\*/g, anyRunStandIn);
  const tokens = [...normaliseText(marked, caseSensitive)].map((character) => {
    if (character === anyRunStandIn) return anyRun;
    return character === starStandIn ? '*' : character;
  });
  return matchesTokens([...normaliseText(text, caseSensitive)], tokens);
}

/**
 * Wildcard match with one point of return: at most text × pattern steps and no recursion, so that no
 * pattern can be made to run for ever.
 */
function matchesTokens(text: readonly string[], tokens: readonly (string | typeof anyRun)[]): boolean {
  let at = 0;
  let token = 0;
  let lastRun = -1;
  let resumeAt = 0;

  while (at < text.length) {
    if (tokens[token] === anyRun) {
      lastRun = token;
      resumeAt = at;
      token += 1;
    } else if (tokens[token] === text[at]) {
      at += 1;
      token += 1;
    } else if (lastRun >= 0) {
      resumeAt += 1;
      at = resumeAt;
      token = lastRun + 1;
    } else {
      return false;
    }
  }
  return tokens.slice(token).every((rest) => rest === anyRun);
}
