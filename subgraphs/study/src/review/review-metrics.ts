import type { ReviewLog } from '@studymate/database/study';
import { counter } from '@studymate/runtime';

const reviews = counter({ name: 'study_reviews_total', help: 'Reviews put on the log.', labels: ['grade'] });
const recalls = counter({
  name: 'study_recalls_total',
  help: 'Reviews after at least one study day, by whether the card was recalled.',
  labels: ['recalled'],
});
const predicted = counter({
  name: 'study_recall_predicted_total',
  help: 'Σ of the predicted probability of recall over the same reviews: calibrated when it equals the recalled ones.',
});

/** Counts a review, and holds what was predicted against what came. */
export function countReview({ grade, elapsedStudyDays, retrievabilityBefore }: ReviewLog): void {
  reviews.inc({ grade });
  if (retrievabilityBefore === null || elapsedStudyDays === 0) return;
  recalls.inc({ recalled: String(grade !== 'AGAIN') });
  predicted.inc(retrievabilityBefore);
}
