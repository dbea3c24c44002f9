import { Exact, zero } from '../grading/fraction.ts';
import { escapeXml } from '../import/xml.ts';
import type { QuestionBody } from '../question/question.input.ts';
import {
  base,
  branch,
  type Condition,
  content,
  declare,
  element,
  modalFeedback,
  setOutcome,
} from './qti.elements.ts';
import { mapResponse, process, type QtiParts } from './qti.interactions.ts';

type Rules = NonNullable<QuestionBody['text']>['answers'];

const isRight = ({ weight }: { readonly weight: string }) => new Exact(weight).greaterThan(zero);
const isWild = ({ pattern }: { readonly pattern: string }) => /(^|[^\\])\*/.test(pattern);
const plain = (pattern: string) => pattern.replaceAll('\\*', '*');

interface Entry {
  readonly identifier: string;
  readonly rules: Rules;
  readonly caseSensitive: boolean;
}

/** A mapping says whole texts: a pattern in which `*` stands for anything has no place in it. */
function writeEntry({ identifier, rules, caseSensitive }: Entry) {
  const right = rules.filter(isRight).map(({ pattern }) => plain(pattern));
  const mapping = rules.map(({ pattern, weight }) => ({
    key: plain(pattern),
    credit: weight,
    caseSensitive,
  }));
  return {
    declaration: declare({
      identifier,
      cardinality: 'single',
      baseType: 'string',
      correct: right.slice(0, 1),
      mapping,
    }),
    ...feedbackTo(identifier, rules, (pattern) =>
      element(
        'qti-string-match',
        { 'case-sensitive': caseSensitive },
        element('qti-variable', { identifier }),
        base('string', plain(pattern)),
      ),
    ),
  };
}

function feedbackTo(identifier: string, rules: Rules, test: (pattern: string) => string) {
  const said = rules.flatMap(({ pattern, feedback }, index) =>
    feedback === null ? [] : [{ pattern, feedback, id: `${identifier}_F${index + 1}` }],
  );
  return {
    conditions: said.map(({ pattern, id }): Condition => {
      return { test: test(pattern), outcomes: [setOutcome('FEEDBACK', base('identifier', id))] };
    }),
    feedbacks: said.map(({ id, feedback }) => modalFeedback('FEEDBACK', id, feedback)),
  };
}

export function writeText({
  answers,
  caseSensitive,
  maxLength,
}: NonNullable<QuestionBody['text']>): QtiParts | null {
  if (answers.some(isWild)) return null;
  const identifier = 'RESPONSE';
  const { declaration, conditions, feedbacks } = writeEntry({
    identifier,
    rules: answers,
    caseSensitive: caseSensitive ?? false,
  });
  const entry = element('qti-text-entry-interaction', {
    'response-identifier': identifier,
    'expected-length': maxLength ?? null,
    'data-max-length': maxLength ?? null,
  });
  return {
    declarations: [declaration],
    body: element('div', {}, entry),
    hasPrompt: false,
    processing: process(setOutcome('SCORE', mapResponse(identifier)), branch(conditions)),
    feedbacks,
  };
}

/** Entries and choices within the text; the score is the mean over the gaps. */
export function writeCloze(prompt: string, { gaps }: NonNullable<QuestionBody['cloze']>): QtiParts | null {
  if (gaps.some(({ answers, choices }) => !choices && answers.some(isWild))) return null;
  const written = gaps.map((gap, index) => writeGap(`RESPONSE${index + 1}`, gap));
  const sum = element('qti-sum', {}, ...gaps.map((_gap, index) => mapResponse(`RESPONSE${index + 1}`)));
  const mean = element('qti-divide', {}, sum, base('float', `${gaps.length}`));
  const inPlace = (xhtml: string) =>
    xhtml.replace(
      /\{\{(\d+)\}\}/g,
      (marker, number: string) => written[Number(number) - 1]?.interaction ?? marker,
    );
  return {
    declarations: written.map(({ declaration }) => declaration),
    body: content(prompt, inPlace),
    hasPrompt: true,
    processing: process(setOutcome('SCORE', mean), ...written.map(({ conditions }) => branch(conditions))),
    feedbacks: written.flatMap(({ feedbacks }) => feedbacks),
  };
}

function writeGap(
  identifier: string,
  { answers, choices, caseSensitive }: NonNullable<QuestionBody['cloze']>['gaps'][number],
) {
  if (!choices) {
    return {
      ...writeEntry({ identifier, rules: answers, caseSensitive: caseSensitive ?? false }),
      interaction: element('qti-text-entry-interaction', { 'response-identifier': identifier }),
    };
  }
  const ids = new Map(choices.map((text, index) => [text, `C${index + 1}`]));
  const idOf = (text: string) => ids.get(text) ?? '';
  const right = answers.filter(isRight).map(({ pattern }) => idOf(pattern));
  const mapping = answers.map(({ pattern, weight }) => ({ key: idOf(pattern), credit: weight }));
  return {
    declaration: declare({
      identifier,
      cardinality: 'single',
      baseType: 'identifier',
      correct: right.slice(0, 1),
      mapping,
    }),
    interaction: element(
      'qti-inline-choice-interaction',
      { 'response-identifier': identifier, shuffle: true },
      ...choices.map((text) => element('qti-inline-choice', { identifier: idOf(text) }, escapeXml(text))),
    ),
    ...feedbackTo(identifier, answers, (pattern) =>
      element('qti-match', {}, element('qti-variable', { identifier }), base('identifier', idOf(pattern))),
    ),
  };
}
