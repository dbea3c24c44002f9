import { join } from 'node:path';
import { openAccount } from './account.chapter.ts';
import { buyPlan } from './billing.chapter.ts';
import { askForFlashcards, askForQuiz, askForSummary } from './generation.chapter.ts';
import { meetLearner, type Places } from './learner.ts';
import type { Narrator } from './narrator.ts';
import { lookAtDashboard, readNotifications } from './overview.chapter.ts';
import { takeQuiz } from './quiz.chapter.ts';
import { reviewOneCard } from './review.chapter.ts';
import { addMaterial, createSubject, studyForAWhile } from './study.chapter.ts';

const samples = join(import.meta.dirname, '../../samples');

/** One learner's first day, through the gateway only. Throws at the first step that does not hold. */
export async function tellStory(places: Places, narrator: Narrator): Promise<void> {
  const learner = meetLearner(places);
  await openAccount(learner, narrator);
  const subjectId = await createSubject(learner, narrator, 'Biology');
  const document = { subjectId, title: 'Photosynthesis', path: join(samples, 'photosynthesis.md') };
  const material = await addMaterial(learner, narrator, document);
  await studyForAWhile(learner, narrator, subjectId);
  await askForSummary(learner, narrator, material);
  await takeQuiz(learner, narrator, await askForQuiz(learner, narrator, material));
  await reviewOneCard(learner, narrator, await askForFlashcards(learner, narrator, material));
  await buyPlan(learner, narrator);
  await lookAtDashboard(learner, narrator);
  await readNotifications(learner, narrator);
  const korean = { subjectId, title: '면역', path: join(samples, 'immune-system.ko.md') };
  await askForSummary(learner, narrator, await addMaterial(learner, narrator, korean));
}
