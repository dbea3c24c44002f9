import { Exact, zero } from '../grading/fraction.ts';
import { escapeXml } from '../import/xml.ts';
import type { QuestionBody } from '../question/question.input.ts';
import { additiveWeights } from './body-form.ts';
import { base, branch, content, declare, element, modalFeedback, setOutcome } from './qti.elements.ts';

/** The parts of an item that follow from what it asks for. */
export interface QtiParts {
  readonly declarations: readonly string[];
  /** The body after the prompt, or the whole of it with the prompt in it. */
  readonly body: string;
  readonly hasPrompt: boolean;
  readonly processing: string;
  readonly feedbacks: readonly string[];
}

type Given<K extends keyof QuestionBody> = NonNullable<QuestionBody[K]>;

const response = 'RESPONSE';
const matchCorrect = element('qti-response-processing', {
  template: 'https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml',
});
export const process = (...rules: readonly string[]) => element('qti-response-processing', {}, ...rules);
export const mapResponse = (identifier: string) => element('qti-map-response', { identifier });
const variable = element('qti-variable', { identifier: response });
const isRight = ({ weight }: { readonly weight: string }) => new Exact(weight).greaterThan(zero);

export function writeChoice(choice: Given<'choice'>): QtiParts {
  const { multiple, partialCredit } = choice;
  const right = choice.choices.flatMap((each, index) => (isRight(each) ? [`C${index + 1}`] : []));
  const isExact = partialCredit === 'ALL_OR_NOTHING' && (multiple || right.length === 1);
  const { choices } = isExact ? choice : additiveWeights(choice);
  const mapping = choices.map(({ weight }, index) => ({ key: `C${index + 1}`, credit: weight }));
  const isTold = isExact || partialCredit === 'EXPLICIT_WEIGHTS';
  const hasFeedback = choices.some(({ feedback }) => feedback !== null);
  const score = isExact
    ? branch([
        {
          test: element('qti-match', {}, variable, element('qti-correct', { identifier: response })),
          outcomes: [setOutcome('SCORE', base('float', '1'))],
        },
      ])
    : setOutcome('SCORE', mapResponse(response));
  const cardinality = multiple ? 'multiple' : 'single';
  return {
    declarations: [
      declare({
        identifier: response,
        cardinality,
        baseType: 'identifier',
        correct: multiple ? right : right.slice(0, 1),
        ...(isExact ? {} : { mapping }),
      }),
    ],
    body: element(
      'qti-choice-interaction',
      {
        'response-identifier': response,
        shuffle: true,
        'max-choices': multiple ? 0 : 1,
        'data-partial-credit': isTold ? null : partialCredit,
      },
      ...choices.map(({ text, feedback }, index) => writeSimpleChoice(`C${index + 1}`, text, feedback)),
    ),
    hasPrompt: false,
    processing:
      isExact && !hasFeedback
        ? matchCorrect
        : process(score, hasFeedback ? setOutcome('FEEDBACK', variable) : ''),
    feedbacks: [],
  };
}

const writeSimpleChoice = (identifier: string, text: string, feedback: string | null) =>
  element(
    'qti-simple-choice',
    { identifier },
    content(text),
    feedback === null
      ? ''
      : element(
          'qti-feedback-inline',
          { 'outcome-identifier': 'FEEDBACK', identifier, 'show-hide': 'show' },
          content(feedback),
        ),
  );

export function writeOrder({ items }: Given<'order'>): QtiParts {
  const correct = items.map((_item, index) => `C${index + 1}`);
  return {
    declarations: [
      declare({ identifier: response, cardinality: 'ordered', baseType: 'identifier', correct }),
    ],
    body: element(
      'qti-order-interaction',
      { 'response-identifier': response, shuffle: true },
      ...items.map((text, index) => writeSimpleChoice(`C${index + 1}`, text, null)),
    ),
    hasPrompt: false,
    processing: matchCorrect,
    feedbacks: [],
  };
}

const shareDigits = 10;

export function writeMatch({ pairs, distractors }: Given<'match'>): QtiParts {
  const rights = [...new Set([...pairs.map(({ right }) => right), ...(distractors ?? [])])];
  const correct = pairs.map(({ right }, index) => `L${index + 1} R${rights.indexOf(right) + 1}`);
  const credit = new Exact(1).dividedBy(pairs.length).toDecimalPlaces(shareDigits).toFixed();
  const set = (texts: readonly string[], letter: string, matchMax: number) =>
    element(
      'qti-simple-match-set',
      {},
      ...texts.map((text, index) =>
        element(
          'qti-simple-associable-choice',
          { identifier: `${letter}${index + 1}`, 'match-max': matchMax },
          content(text),
        ),
      ),
    );
  const mapping = correct.map((key) => ({ key, credit }));
  return {
    declarations: [
      declare({ identifier: response, cardinality: 'multiple', baseType: 'directedPair', correct, mapping }),
    ],
    body: element(
      'qti-match-interaction',
      { 'response-identifier': response, shuffle: true, 'max-associations': 0 },
      set(
        pairs.map(({ left }) => left),
        'L',
        1,
      ),
      set(rights, 'R', 0),
    ),
    hasPrompt: false,
    processing: process(setOutcome('SCORE', mapResponse(response))),
    feedbacks: [],
  };
}

/** Numbers are compared by branches, each with its tolerance; null where a unit is wanted. */
export function writeNumeric({ answers, units }: Given<'numeric'>): QtiParts | null {
  if ((units ?? []).length > 0) return null;
  const conditions = answers.map(({ value, tolerance, weight, feedback }, index) => ({
    test: element(
      'qti-equal',
      { 'tolerance-mode': 'absolute', tolerance: `${tolerance} ${tolerance}` },
      variable,
      base('float', value),
    ),
    outcomes: [
      setOutcome('SCORE', base('float', weight)),
      ...(feedback === null ? [] : [setOutcome('FEEDBACK', base('identifier', `F${index + 1}`))]),
    ],
  }));
  const [best] = answers.filter(isRight);
  const correct = best ? [best.value] : [];
  return {
    declarations: [declare({ identifier: response, cardinality: 'single', baseType: 'float', correct })],
    body: element('div', {}, element('qti-text-entry-interaction', { 'response-identifier': response })),
    hasPrompt: false,
    processing: process(branch(conditions)),
    feedbacks: answers.flatMap(({ feedback }, index) =>
      feedback === null ? [] : [modalFeedback('FEEDBACK', `F${index + 1}`, feedback)],
    ),
  };
}

export function writeEssay({ rubric, minWords }: Given<'essay'>): QtiParts {
  const criteria = rubric.map(({ title, levels }) => ({
    title,
    levels: levels.map(({ points, description }) => ({ points: Number(points), description })),
  }));
  const table = criteria.map(({ title, levels }) =>
    element(
      'div',
      {},
      element('p', {}, escapeXml(title)),
      element(
        'ul',
        {},
        ...levels.map(({ points, description }) => element('li', {}, escapeXml(`${points}: ${description}`))),
      ),
    ),
  );
  const data = JSON.stringify(criteria);
  return {
    declarations: [declare({ identifier: response, cardinality: 'single', baseType: 'string', correct: [] })],
    body:
      element('qti-extended-text-interaction', {
        'response-identifier': response,
        'data-rubric': data,
        'data-min-words': minWords ?? null,
      }) +
      element(
        'qti-rubric-block',
        { use: 'scoring', view: 'scorer', 'data-rubric': 'yes' },
        element('qti-content-body', {}, ...table),
      ),
    hasPrompt: false,
    processing: '',
    feedbacks: [],
  };
}
