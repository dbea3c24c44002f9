import { beforeAll, describe, expect, it } from '@jest/globals';
import { readSample, sampleTexts } from '../../tests/world.ts';
import type { Draft, DraftQuestion } from '../draft/draft.ts';
import { findFlaws } from '../gate/item-rules.ts';
import type { StudyLanguage } from '../language/language.ts';
import { draftFromText, type EmbeddedRequest } from './embedded-draft.ts';
import { otherAmounts, otherYears } from './numbers.ts';
import { koreanWording } from './wording-korean.ts';

const samples = Object.keys(sampleTexts) as (keyof typeof sampleTexts)[];
const texts = new Map<string, string>();
beforeAll(async () => {
  for (const name of samples) texts.set(name, await readSample(name));
});

function draft(
  name: keyof typeof sampleTexts,
  wishes: Partial<EmbeddedRequest> & Pick<EmbeddedRequest, 'kind'>,
): Promise<Draft> {
  const language: StudyLanguage = name === 'immunity' ? 'ko' : 'en';
  return draftFromText({
    text: texts.get(name) ?? '',
    language,
    style: 'BULLETS',
    count: null,
    difficulty: null,
    types: ['CHOICE', 'CLOZE', 'TEXT'],
    ...wishes,
  });
}

async function quizOf(
  name: keyof typeof sampleTexts,
  wishes: Partial<EmbeddedRequest> = {},
): Promise<DraftQuestion[]> {
  const made = await draft(name, { kind: 'QUIZ', count: 20, ...wishes });
  if (made.kind !== 'QUIZ') throw new Error(made.kind);
  return made.questions;
}

const keyOf = (question: DraftQuestion): string =>
  question.type === 'CHOICE'
    ? (question.choices.find(({ correct }) => correct)?.text ?? '')
    : question.type === 'TEXT'
      ? (question.answers[0] ?? '')
      : (question.gaps[0]?.answers[0] ?? '');

const leaning =
  /^(?:It|They|This|These|Those|Such|He|She|However|이|그|이것|그것|이러한|그러나|그래서|따라서)(?:[ ,은는을를이가]|$)/;

describe.each(samples)('from the text %s', (name) => {
  it('makes a summary of whole sentences that stand alone, in reading order, in every style', async () => {
    for (const style of ['BULLETS', 'OUTLINE', 'ABSTRACT'] as const) {
      const made = await draft(name, { kind: 'SUMMARY', style });
      if (made.kind !== 'SUMMARY') throw new Error(made.kind);
      const text = texts.get(name) ?? '';
      const places = made.points.map(({ quotes: [first = ''] }) => text.indexOf(first));

      expect(made.points.length).toBeGreaterThanOrEqual(5);
      expect(new Set(made.points.map((point) => point.text)).size).toBe(made.points.length);
      expect(places).toEqual([...places].sort((a, b) => a - b));
      expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
      for (const point of made.points) {
        expect(point.text).toMatch(/^[\p{Lu}\p{Script=Hangul}\d].*\.$/u);
        expect(point.text).not.toMatch(leaning);
        expect(point.heading === '').toBe(style !== 'OUTLINE');
      }
    }
  });

  it('makes as many summary sentences as asked for', async () => {
    const made = await draft(name, { kind: 'SUMMARY', count: 4 });

    expect(made.kind === 'SUMMARY' && made.points.length).toBe(4);
  });

  it('asks questions without any flaw, each about something else', async () => {
    const language = name === 'immunity' ? 'ko' : 'en';
    const questions = await quizOf(name);

    expect(questions).toHaveLength(20);
    expect(questions.flatMap((question) => findFlaws(question, language))).toEqual([]);
    expect(new Set(questions.map(({ quotes }) => quotes[0])).size).toBe(20);
    expect(new Set(questions.map(keyOf)).size).toBe(20);
    for (const question of questions) {
      if (question.type === 'CHOICE') expect(question.choices.length).toBeGreaterThanOrEqual(3);
    }
  });

  it('keeps to the types asked for, and honours the difficulty', async () => {
    const typesOf = async (wishes: Partial<EmbeddedRequest>) =>
      new Set((await quizOf(name, wishes)).map(({ type }) => type));

    expect(await typesOf({ count: 6, types: ['CLOZE'] })).toEqual(new Set(['CLOZE']));
    expect(await typesOf({ count: 6, types: ['TEXT'] })).toEqual(new Set(['TEXT']));
    const easy = await quizOf(name, { count: 6, difficulty: 'EASY' });
    const expert = await quizOf(name, { count: 6, difficulty: 'EXPERT' });
    const hard = (questions: DraftQuestion[]) =>
      questions.filter(({ difficulty }) => difficulty === 'HARD').length;
    expect(hard(easy)).toBe(0);
    expect(hard(expert)).toBeGreaterThan(3);
  });

  it('makes cards that do not tell their back on the front, each once', async () => {
    const made = await draft(name, { kind: 'FLASHCARDS', count: 20 });
    if (made.kind !== 'FLASHCARDS') throw new Error(made.kind);

    expect(made.cards).toHaveLength(20);
    expect(new Set(made.cards.map(({ front }) => front)).size).toBe(20);
    for (const { front, back, cloze } of made.cards) {
      expect(front.toLowerCase()).not.toContain(back.toLowerCase());
      if (cloze !== '') expect(cloze).toContain(`{{c1::${back}}}`);
    }
  });

  it('makes the same again', async () => {
    expect(await quizOf(name)).toEqual(await quizOf(name));
  });
});

describe('the wording', () => {
  it('gives no particle away behind a Korean gap', () => {
    const gap = (sentence: string, word: string) => {
      const start = sentence.indexOf(word);
      return koreanWording.withBlank(sentence, { start, end: start + word.length }, '[  ]');
    };

    expect(gap('항체는 단백질이다.', '항체')).toBe('[  ]은(는) 단백질이다.');
    expect(gap('세포는 항원을 알아본다.', '항원')).toBe('세포는 [  ]을(를) 알아본다.');
    expect(gap('T세포와 B세포로 나뉜다.', 'B세포')).toBe('T세포와 [  ](으)로 나뉜다.');
    expect(gap('점막에서 나온다.', '점막')).toBe('[  ]에서 나온다.');
  });
});

describe('wrong numbers', () => {
  const term = (label: string, kind: 'YEAR' | 'NUMBER') => ({
    key: `${kind}:${label}`,
    label,
    kind,
    plural: false,
    words: [label],
    sentences: [0],
    definition: null,
    specific: true,
    salience: 1,
  });

  it('look like the right one, and never are it', () => {
    expect(otherAmounts(term('70,000', 'NUMBER'), 3)).toHaveLength(3);
    for (const label of ['70,000', '2.4', '95', '1', '1,500']) {
      const wrong = otherAmounts(term(label, 'NUMBER'), 3);
      expect(new Set([label, ...wrong]).size).toBe(4);
      expect(wrong.every((each) => each.includes('.') === label.includes('.'))).toBe(true);
    }
    expect(otherAmounts(term('95', 'NUMBER'), 3, 99).every((each) => Number(each) <= 99)).toBe(true);
  });

  it('are years of the same age, not in the future of the text', async () => {
    const reading = { terms: new Map([['year:1980', term('1980', 'YEAR')]]) };
    const years = otherYears(reading, term('1978', 'YEAR'), 3).map(Number);

    expect(new Set(years).size).toBe(3);
    expect(years.every((each) => each !== 1978 && each <= 1980 && each > 1900)).toBe(true);
  });
});
