import { z } from 'zod';

const text = z.string().trim().min(1);

/**
 * The place in a material's text that a claim rests on. Offsets are Unicode code points into the text of
 * that revision, `end` exclusive; `quote` equals the text between them exactly.
 */
export const sourceSpanSchema = z.object({
  materialId: z.string().min(1),
  revision: z.int().positive(),
  start: z.int().nonnegative(),
  end: z.int().positive(),
  quote: z.string().min(1),
});

export const summaryStyles = ['BULLETS', 'OUTLINE', 'ABSTRACT'] as const;
export const questionDifficulties = ['BEGINNER', 'EASY', 'MEDIUM', 'HARD', 'EXPERT'] as const;

/** Every sentence of `body` ends with a marker such as `[2]`: the second of `citations`. */
export const summaryOutputSchema = z.object({
  kind: z.literal('SUMMARY'),
  title: text,
  /** BCP 47. */
  language: text,
  style: z.enum(summaryStyles),
  /** Markdown. */
  body: text,
  citations: z.array(sourceSpanSchema).min(1),
});

const questionBase = {
  /** Markdown. */
  prompt: text,
  /** Markdown, shown with the answer key. */
  explanation: z.string(),
  difficulty: z.enum(questionDifficulties),
  sources: z.array(sourceSpanSchema).min(1),
};

/** One right choice among several. Their order carries no meaning: takers shuffle it. */
export const choiceQuestionOutputSchema = z.object({
  type: z.literal('CHOICE'),
  ...questionBase,
  choices: z
    .array(z.object({ text, correct: z.boolean(), feedback: z.string() }))
    .min(2)
    .max(8),
});

/** `prompt` holds the markers `{{1}}`, `{{2}}`, … once each, in the order of `gaps`. */
export const clozeQuestionOutputSchema = z.object({
  type: z.literal('CLOZE'),
  ...questionBase,
  gaps: z
    .array(
      z.object({
        /** Accepted answers, the best first. */
        answers: z.array(text).min(1),
        /** When present the taker picks one of these; the first answer is among them. */
        choices: z.array(text).min(2).optional(),
      }),
    )
    .min(1),
});

/** A short free answer; case is not significant. */
export const textQuestionOutputSchema = z.object({
  type: z.literal('TEXT'),
  ...questionBase,
  /** Accepted answers, the best first. */
  answers: z.array(text).min(1),
});

export const questionOutputSchema = z.discriminatedUnion('type', [
  choiceQuestionOutputSchema,
  clozeQuestionOutputSchema,
  textQuestionOutputSchema,
]);

export const quizOutputSchema = z.object({
  kind: z.literal('QUIZ'),
  title: text,
  /** BCP 47. */
  language: text,
  difficulty: z.enum(questionDifficulties),
  questions: z.array(questionOutputSchema).min(1).max(100),
});

export const flashcardOutputSchema = z.object({
  /** Markdown. */
  front: text,
  /** Markdown. */
  back: text,
  /** For a cloze card: the whole sentence with the hidden part as `{{c1::answer}}`; otherwise absent. */
  cloze: text.optional(),
  sources: z.array(sourceSpanSchema).min(1),
});

export const flashcardsOutputSchema = z.object({
  kind: z.literal('FLASHCARDS'),
  title: text,
  /** BCP 47. */
  language: text,
  cards: z.array(flashcardOutputSchema).min(1).max(500),
});

/** The JSON that `ai.generation.produced` points to, told apart by `kind`. */
export const generationOutputSchema = z.discriminatedUnion('kind', [
  summaryOutputSchema,
  quizOutputSchema,
  flashcardsOutputSchema,
]);

export type SourceSpan = z.output<typeof sourceSpanSchema>;
export type SummaryStyle = (typeof summaryStyles)[number];
export type QuestionDifficulty = (typeof questionDifficulties)[number];
export type SummaryOutput = z.output<typeof summaryOutputSchema>;
export type ChoiceQuestionOutput = z.output<typeof choiceQuestionOutputSchema>;
export type ClozeQuestionOutput = z.output<typeof clozeQuestionOutputSchema>;
export type TextQuestionOutput = z.output<typeof textQuestionOutputSchema>;
export type QuestionOutput = z.output<typeof questionOutputSchema>;
export type QuizOutput = z.output<typeof quizOutputSchema>;
export type FlashcardOutput = z.output<typeof flashcardOutputSchema>;
export type FlashcardsOutput = z.output<typeof flashcardsOutputSchema>;
export type GenerationOutput = z.output<typeof generationOutputSchema>;
