import { questionDifficulties } from '@studymate/contracts';
import { z } from 'zod';

const text = z.string().trim().min(1);

/** A passage of the material, word for word. */
const quotes = z.array(text).min(1);

const questionBase = {
  prompt: text,
  explanation: z.string(),
  difficulty: z.enum(questionDifficulties),
  quotes,
};

const choiceQuestion = z.object({
  type: z.literal('CHOICE'),
  ...questionBase,
  choices: z.array(z.object({ text, correct: z.boolean(), feedback: z.string() })).min(2),
});

const clozeQuestion = z.object({
  type: z.literal('CLOZE'),
  ...questionBase,
  gaps: z.array(z.object({ answers: z.array(text).min(1), choices: z.array(text) })).min(1),
});

const textQuestion = z.object({ type: z.literal('TEXT'), ...questionBase, answers: z.array(text).min(1) });

/** What a provider answers, before anything in it is believed. */
export const draftSchemas = {
  SUMMARY: z.object({
    /** Statements in reading order; `heading` is empty outside an outline. */
    points: z.array(z.object({ heading: z.string(), text, quotes })).min(1),
  }),
  QUIZ: z.object({
    questions: z.array(z.discriminatedUnion('type', [choiceQuestion, clozeQuestion, textQuestion])).min(1),
  }),
  FLASHCARDS: z.object({
    cards: z.array(z.object({ front: text, back: text, cloze: z.string(), quotes })).min(1),
  }),
} as const;

/** What StudyMate generates; the other kinds of the API are not built yet. */
export type DraftKind = keyof typeof draftSchemas;
export type SummaryDraft = z.output<typeof draftSchemas.SUMMARY>;
export type QuizDraft = z.output<typeof draftSchemas.QUIZ>;
export type FlashcardsDraft = z.output<typeof draftSchemas.FLASHCARDS>;
export type DraftQuestion = QuizDraft['questions'][number];
export type DraftChoiceQuestion = Extract<DraftQuestion, { type: 'CHOICE' }>;
export type DraftCard = FlashcardsDraft['cards'][number];
export type Draft =
  | ({ readonly kind: 'SUMMARY' } & SummaryDraft)
  | ({ readonly kind: 'QUIZ' } & QuizDraft)
  | ({ readonly kind: 'FLASHCARDS' } & FlashcardsDraft);
