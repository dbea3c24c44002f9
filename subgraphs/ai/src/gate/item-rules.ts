import type { DraftChoiceQuestion, DraftQuestion } from '../draft/draft.ts';
import { detectLanguage, type StudyLanguage } from '../language/language.ts';
import type { FlawRule } from './quality.ts';

/** What is wrong with one question, with the words that show it. */
export interface Flaw {
  readonly rule: FlawRule;
  readonly detail: string;
}

/** The form in which two texts that read alike are equal. */
export const normalize = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{P}\p{S}]+/gu, ' ')
    .trim();

const catchAll =
  /^(?:(?:all|none|both|any) of (?:the (?:above|following|options|choices)|these|them)|(?:both )?a and b|(?:위|이상|보기)의? ?(?:모두|전부|다)|모두 (?:맞다|옳다|해당)|정답 ?없음|(?:위|이상)(?:에|의) (?:해당|정답|답).{0,6}없(?:다|음))/i;
const negation =
  /\b(?:not|never|except|incorrect|false|least)\b|(?:아닌|않은|않는|틀린|잘못된|옳지|거리가 먼)/i;
const markedNegation =
  /\b(?:NOT|NEVER|EXCEPT|INCORRECT|FALSE|LEAST)\b|(?:\*\*|__|_|\*)[^*_]*\b(?:not|never|except|incorrect|false|least)\b[^*_]*(?:\*\*|__|_|\*)|(?:\*\*|__|<u>)[^*_<]*(?:아닌|않은|않는|틀린|잘못된|옳지|거리가 먼)/;

/** The stem is what is asked, without a passage quoted for the learner to read. */
const askedPart = (prompt: string): string =>
  prompt
    .split('\n')
    .filter((line) => !/^\s*>/.test(line))
    .join('\n');

const longestKeyRatio = 1.7;
const lengthCueFrom = 24;

/** The rules that one question breaks, whatever its type. */
export function findFlaws(question: DraftQuestion, language: StudyLanguage): Flaw[] {
  const flaws = [...languageFlaws(question, language), ...negationFlaws(question)];
  if (question.type === 'CHOICE') return [...flaws, ...choiceFlaws(question)];
  return question.type === 'CLOZE'
    ? [...flaws, ...gapFlaws(question)]
    : [...flaws, ...leakFlaws(question.prompt, question.answers)];
}

function languageFlaws(question: DraftQuestion, language: StudyLanguage): Flaw[] {
  const text = [
    question.prompt,
    ...(question.type === 'CHOICE' ? question.choices.map((choice) => choice.text) : []),
  ];
  return detectLanguage(text.join(' ')) === language
    ? []
    : [{ rule: 'WRONG_LANGUAGE', detail: question.prompt }];
}

function negationFlaws({ prompt, type }: DraftQuestion): Flaw[] {
  const asked = type === 'CLOZE' ? '' : askedPart(prompt);
  const word = negation.exec(asked)?.[0];
  return word === undefined || markedNegation.test(asked)
    ? []
    : [{ rule: 'UNMARKED_NEGATION', detail: word }];
}

function choiceFlaws({ prompt, choices }: DraftChoiceQuestion): Flaw[] {
  const flaws: Flaw[] = [];
  const keys = choices.filter(({ correct }) => correct);
  const [key] = keys;
  if (!key) return [{ rule: 'KEY_NOT_AMONG_CHOICES', detail: prompt }];
  if (keys.length > 1) flaws.push({ rule: 'SEVERAL_KEYS', detail: keys.map(({ text }) => text).join(' | ') });

  const texts = choices.map(({ text }) => normalize(text));
  const repeated = texts.find((text, place) => texts.indexOf(text) !== place);
  if (repeated !== undefined) flaws.push({ rule: 'DUPLICATE_CHOICES', detail: repeated });
  const lazy = choices.find(({ text }) => catchAll.test(text.trim()));
  if (lazy) flaws.push({ rule: 'ALL_OF_THE_ABOVE', detail: lazy.text });

  const longestWrong = Math.max(
    ...choices.filter(({ correct }) => !correct).map(({ text }) => text.length),
    1,
  );
  if (key.text.length >= lengthCueFrom && key.text.length > longestWrong * longestKeyRatio) {
    flaws.push({ rule: 'KEY_IS_LONGEST', detail: key.text });
  }
  const others = choices.filter(({ correct }) => !correct).map(({ text }) => text);
  return [...flaws, ...leakFlaws(prompt, [key.text], others)];
}

function gapFlaws({ prompt, gaps }: Extract<DraftQuestion, { type: 'CLOZE' }>): Flaw[] {
  const markers = [...prompt.matchAll(/\{\{(\d+)\}\}/g)].map((match) => Number(match[1]));
  const inOrder = markers.length === gaps.length && markers.every((number, place) => number === place + 1);
  if (!inOrder) return [{ rule: 'MALFORMED_GAPS', detail: prompt }];
  const listed = gaps.find(
    ({ answers, choices }) => choices.length > 0 && !choices.includes(answers[0] ?? ''),
  );
  if (listed) return [{ rule: 'KEY_NOT_AMONG_CHOICES', detail: listed.answers.join(' | ') }];
  return gaps.flatMap(({ answers, choices }) => leakFlaws(prompt, answers.slice(0, 1), choices.slice(0)));
}

const numberOnly = /^[\d\s.,]+$/;

/** An answer in the stem gives itself away, unless a wrong choice stands there too. */
function leakFlaws(prompt: string, answers: readonly string[], others: readonly string[] = []): Flaw[] {
  const stem = ` ${normalize(prompt)} `;
  const inStem = (text: string) => {
    const wanted = normalize(text);
    return wanted.length > 1 && !numberOnly.test(wanted) && containsWord(stem, wanted);
  };
  const leaked = answers.find(inStem);
  return leaked === undefined || others.some(inStem) ? [] : [{ rule: 'ANSWER_IN_STEM', detail: leaked }];
}

/** Korean particles follow a word without a space, so there a word may go on. */
const containsWord = (stem: string, word: string): boolean =>
  /\p{Script=Hangul}/u.test(word) ? stem.includes(` ${word}`) : stem.includes(` ${word} `);
