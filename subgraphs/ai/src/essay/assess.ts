import type { EventPayload } from '@studymate/contracts';
import type { LanguageReader, StudyLanguage } from '../language/language.ts';

export type SubmittedEssay = Pick<EventPayload<'quiz.essay.submitted'>, 'text' | 'modelAnswer' | 'rubric'>;
export type ProposedScore = EventPayload<'ai.essay.assessed'>['scores'][number];
type Criterion = SubmittedEssay['rubric'][number];

/** The share of a criterion's key words from which an essay is taken to meet it wholly: nobody uses all of them. */
const wholeFrom = 0.6;
const mostNamed = 8;

const wordings = {
  en: {
    met: (met: number, all: number) => `Speaks of ${met} of ${all} key words.`,
    missing: (words: string) => ` Not found: ${words}.`,
  },
  ko: {
    met: (met: number, all: number) => `핵심어 ${all}개 중 ${met}개를 다룹니다.`,
    missing: (words: string) => ` 찾지 못한 핵심어: ${words}.`,
  },
} as const satisfies Record<StudyLanguage, unknown>;

/**
 * Points to propose for an essay, by rules and without a model: for each criterion the share of its key words that the
 * essay uses, then the level whose points come closest to that share of the best. Key words are the content words of
 * the criterion's title and best level and of the sentences of the model answer that share one with them. It reads
 * words, not arguments: a proposal for a person to judge by, never a grade.
 */
export function assessEssay(
  { text, modelAnswer, rubric }: SubmittedEssay,
  reader: LanguageReader,
): ProposedScore[] {
  const used = new Set(reader.contentWords(text));
  const sentences = (modelAnswer ?? '')
    .split(/(?<=[.!?。])\s+|\n+/u)
    .map((sentence) => reader.contentWords(sentence));
  return rubric.map((criterion) => {
    const keyWords = keyWordsOf(criterion, sentences, reader);
    const missing = keyWords.filter((word) => !used.has(word));
    const met = keyWords.length - missing.length;
    const share = keyWords.length === 0 ? 0 : Math.min(1, met / keyWords.length / wholeFrom);
    const say = wordings[reader.language];
    const named = missing.slice(0, mostNamed).join(', ');
    const comment = say.met(met, keyWords.length) + (named === '' ? '' : say.missing(named));
    return { criterionId: criterion.criterionId, points: nearestLevel(criterion, share), comment };
  });
}

function keyWordsOf(
  { title, levels }: Criterion,
  sentences: readonly (readonly string[])[],
  reader: LanguageReader,
): string[] {
  const best = levels.toSorted((one, other) => other.points - one.points)[0];
  const own = new Set(reader.contentWords(`${title}. ${best?.description ?? ''}`));
  const related = sentences.filter((words) => words.some((word) => own.has(word)));
  return [...new Set([...own, ...related.flat()])];
}

/** Of equally near levels the lower one: a person may raise it. */
function nearestLevel({ levels }: Criterion, share: number): number {
  const best = Math.max(...levels.map(({ points }) => points));
  const choices = [0, ...levels.map(({ points }) => points)].toSorted((one, other) => one - other);
  const wanted = share * best;
  return choices.reduce((nearest, points) =>
    Math.abs(points - wanted) < Math.abs(nearest - wanted) ? points : nearest,
  );
}
