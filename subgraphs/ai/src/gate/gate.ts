import {
  type FlashcardsOutput,
  type GenerationOutput,
  generationOutputSchema,
  type QuestionOutput,
  type QuizOutput,
  type SourceSpan,
  type SummaryOutput,
  type SummaryStyle,
} from '@studymate/contracts';
import type { Draft, DraftQuestion, FlashcardsDraft, QuizDraft, SummaryDraft } from '../draft/draft.ts';
import { detectLanguage, type StudyLanguage } from '../language/language.ts';
import { createGrounding, type Grounding, type SourceText } from './grounding.ts';
import { findFlaws, normalize } from './item-rules.ts';
import type { ItemFlaw, QualityReport } from './quality.ts';
import { writeSummaryBody } from './summary-body.ts';

export interface GateRequest {
  readonly source: SourceText;
  readonly language: StudyLanguage;
  readonly title: string;
  readonly style: SummaryStyle;
  readonly difficulty: QuizOutput['difficulty'];
}

export interface GateResult {
  /** What is left after dropping items that failed; null when too little is. */
  readonly output: GenerationOutput | null;
  readonly quality: QualityReport;
}

const fewestPoints = 2;
const fewestQuestions = 1;
const fewestCards = 1;
/** Below this share of sound items the whole answer is not to be trusted. */
const leastSound = 0.5;

/**
 * Checks a provider's answer without asking any model: every item must quote the material word for word, and
 * questions must keep the rules of item writing. Items that fail are dropped and counted.
 */
export function passGate(draft: Draft, request: GateRequest): GateResult {
  const grounding = createGrounding(request.source);
  if (draft.kind === 'SUMMARY') return gateSummary(draft, request, grounding);
  return draft.kind === 'QUIZ'
    ? gateQuiz(draft, request, grounding)
    : gateFlashcards(draft, request, grounding);
}

function gateSummary({ points }: SummaryDraft, request: GateRequest, grounding: Grounding): GateResult {
  const grounded = points.flatMap(({ heading, text, quotes }) => {
    const sources = grounding.locate(quotes);
    return sources ? [{ heading, text, sources }] : [];
  });
  const { body, citations } = writeSummaryBody(grounded, request.style);
  const output = {
    kind: 'SUMMARY',
    title: request.title,
    language: request.language,
    style: request.style,
    body,
    citations,
  } satisfies SummaryOutput;
  const quality = report(request, {
    items: points.length,
    grounded: grounded.length,
    kept: grounded.length,
    fewest: Math.min(fewestPoints, points.length),
    text: grounded.map(({ text }) => text).join(' '),
  });
  return decide(output, quality);
}

function gateFlashcards({ cards }: FlashcardsDraft, request: GateRequest, grounding: Grounding): GateResult {
  const fronts = new Set<string>();
  const kept: FlashcardsOutput['cards'] = [];
  let grounded = 0;
  for (const { front, back, cloze, quotes } of cards) {
    const sources = grounding.locate(quotes);
    if (!sources) continue;
    grounded += 1;
    const repeated = fronts.has(normalize(front)) || normalize(front) === normalize(back);
    fronts.add(normalize(front));
    if (!repeated) kept.push({ front, back, ...(cloze === '' ? {} : { cloze }), sources });
  }
  const output = {
    kind: 'FLASHCARDS',
    title: request.title,
    language: request.language,
    cards: kept,
  } satisfies FlashcardsOutput;
  const text = kept.map(({ front, back }) => `${front} ${back}`).join(' ');
  const quality = report(request, {
    items: cards.length,
    grounded,
    kept: kept.length,
    fewest: fewestCards,
    text,
  });
  return decide(output, { ...quality, duplicateQuestions: grounded - kept.length });
}

function gateQuiz({ questions }: QuizDraft, request: GateRequest, grounding: Grounding): GateResult {
  const flaws: ItemFlaw[] = [];
  const kept: QuestionOutput[] = [];
  const asked = new Set<string>();
  const counts = { grounded: 0, answerable: 0, duplicates: 0 };
  for (const [questionIndex, question] of questions.entries()) {
    const sources = grounding.locate(question.quotes);
    const found = findFlaws(question, request.language).map((flaw) => ({ ...flaw, questionIndex }));
    if (sources) counts.grounded += 1;
    else found.push({ rule: 'NOT_GROUNDED', questionIndex, detail: question.quotes.join(' | ') });
    const answerable = sources !== null && isAnswerable(question, sources);
    if (answerable) counts.answerable += 1;
    const identity = identityOf(question);
    if (asked.has(identity)) {
      counts.duplicates += 1;
      found.push({ rule: 'DUPLICATE_QUESTION', questionIndex, detail: question.prompt });
    }
    asked.add(identity);
    flaws.push(...found);
    if (sources && found.length === 0) kept.push(toOutput(question, sources));
  }
  const output = {
    kind: 'QUIZ',
    title: request.title,
    language: request.language,
    difficulty: request.difficulty,
    questions: kept,
  } satisfies QuizOutput;
  const text = kept.map(({ prompt }) => prompt).join(' ');
  const quality = report(request, {
    items: questions.length,
    grounded: counts.grounded,
    kept: kept.length,
    fewest: fewestQuestions,
    text,
  });
  return decide(output, {
    ...quality,
    itemWritingFlaws: flaws,
    duplicateQuestions: counts.duplicates,
    answerableFromSource: questions.length === 0 ? null : counts.answerable / questions.length,
  });
}

/** Two questions are the same when prompt and right answers are: `Which statement is correct?` may come twice. */
function identityOf(question: DraftQuestion): string {
  const keys =
    question.type === 'CHOICE'
      ? question.choices.filter(({ correct }) => correct).map(({ text }) => text)
      : question.type === 'TEXT'
        ? question.answers.slice(0, 1)
        : question.gaps.map(({ answers }) => answers[0] ?? '');
  return normalize([question.prompt, ...keys].join(' | '));
}

/** The words of the right answer stand in the passages that the question quotes. */
function isAnswerable(question: DraftQuestion, sources: readonly SourceSpan[]): boolean {
  const passage = normalize(sources.map(({ quote }) => quote).join(' '));
  const answers =
    question.type === 'CHOICE'
      ? question.choices.filter(({ correct }) => correct).map(({ text }) => text)
      : question.type === 'TEXT'
        ? question.answers
        : question.gaps.map(({ answers: [first = ''] }) => first);
  return answers.some((answer) => {
    const words = normalize(answer)
      .split(' ')
      .filter((word) => word.length > 2);
    const present = words.filter((word) => passage.includes(word.replace(/(?:은|는|이다|s)$/, '')));
    return words.length === 0 || present.length / words.length >= 0.5;
  });
}

function toOutput(question: DraftQuestion, sources: SourceSpan[]): QuestionOutput {
  const { prompt, explanation, difficulty } = question;
  const base = { prompt, explanation, difficulty, sources };
  if (question.type === 'CHOICE') return { type: 'CHOICE', ...base, choices: question.choices };
  if (question.type === 'TEXT') return { type: 'TEXT', ...base, answers: question.answers };
  const gaps = question.gaps.map(({ answers, choices }) => ({
    answers,
    ...(choices.length > 1 ? { choices } : {}),
  }));
  return { type: 'CLOZE', ...base, gaps };
}

interface Counted {
  readonly items: number;
  readonly grounded: number;
  readonly kept: number;
  readonly fewest: number;
  /** What a reader would read, to tell the language by. */
  readonly text: string;
}

function report({ language }: GateRequest, { items, grounded, kept, fewest, text }: Counted): QualityReport {
  const languageMatches = detectLanguage(text) === language;
  return {
    groundedFraction: items === 0 ? 0 : grounded / items,
    uncitedClaims: items - grounded,
    duplicateQuestions: 0,
    itemWritingFlaws: [],
    answerableFromSource: null,
    languageMatches,
    passed: languageMatches && kept >= Math.max(1, fewest) && kept >= items * leastSound,
  };
}

/** The last word is the contract's: what does not parse is not stored. */
function decide(output: GenerationOutput, quality: QualityReport): GateResult {
  const parsed = generationOutputSchema.safeParse(output);
  return quality.passed && parsed.success
    ? { output: parsed.data, quality }
    : { output: null, quality: { ...quality, passed: false } };
}
