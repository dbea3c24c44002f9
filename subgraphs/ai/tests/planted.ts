import type { DraftChoiceQuestion, DraftQuestion } from '../src/draft/draft.ts';
import { passGate } from '../src/gate/gate.ts';
import type { QualityReport } from '../src/gate/quality.ts';
import type { StudyLanguage } from '../src/language/language.ts';

export const quote = 'Chlorophyll is the green pigment that absorbs light.';

export const source = {
  materialId: 'mat_1',
  revision: 3,
  text: `The leaf is thin. ${quote} Stomata let gases in and out.`,
};

interface Planted extends Partial<Omit<DraftChoiceQuestion, 'choices'>> {
  readonly choices?: readonly { readonly text: string; readonly correct?: boolean }[];
}

/** A sound question, or one with a fault planted in it. */
export const choice = ({ choices, ...planted }: Planted = {}): DraftChoiceQuestion => ({
  type: 'CHOICE',
  prompt: 'Which pigment absorbs light?',
  explanation: '',
  difficulty: 'EASY',
  quotes: [quote],
  ...planted,
  choices: (choices ?? [{ text: 'Chlorophyll', correct: true }, { text: 'Granum' }, { text: 'Stroma' }]).map(
    ({ text, correct = false }) => ({ text, correct, feedback: '' }),
  ),
});

export const gateQuiz = (questions: DraftQuestion[], language: StudyLanguage = 'en') =>
  passGate(
    { kind: 'QUIZ', questions },
    { source, language, title: 'Leaf', style: 'BULLETS', difficulty: 'EASY' },
  );

export const answeredFlaws = ({ itemWritingFlaws }: QualityReport) =>
  itemWritingFlaws.map(({ rule }) => rule);
