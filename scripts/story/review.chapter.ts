import { PreviewReviewDocument, ReviewQueueDocument, SubmitReviewDocument } from '@studymate/client';
import { freshKey, type Learner } from './learner.ts';
import { must, type Narrator, succeeded } from './narrator.ts';

/** She sees what each grade would do and reviews one card; reviewing it again by the same id changes nothing. */
export async function reviewOneCard(learner: Learner, narrator: Narrator, deckId: string): Promise<void> {
  const { client } = learner;
  const queue = await narrator.step(
    'opens the review queue',
    async () => {
      const { reviewQueue } = await client.request(ReviewQueueDocument, { input: { deckId, limit: 10 } });
      must(reviewQueue.items.length > 0, 'the queue is empty');
      return reviewQueue;
    },
    ({ items }) => `${items.length} cards; the first asks: ${items[0]?.card.front}`,
  );
  const cardId = queue.items[0]?.card.id ?? '';
  await narrator.step(
    'previews the four grades',
    async () => {
      const { previewReview } = await client.request(PreviewReviewDocument, { cardId });
      must(previewReview.length === 4, 'there are not four grades');
      return previewReview;
    },
    (previews) => previews.map(({ grade, intervalDays }) => `${grade} ${intervalDays} d`).join(', '),
  );
  const input = {
    cardId,
    grade: 'GOOD' as const,
    reviewedAt: new Date().toISOString(),
    durationMs: 4_200,
    clientReviewId: freshKey(),
  };
  await narrator.step(
    'grades it GOOD',
    async () => {
      const { submitReview } = await client.request(SubmitReviewDocument, { input });
      return succeeded(submitReview, 'SubmitReviewSuccess');
    },
    ({ card }) => `due ${card.schedule.due}`,
  );
  await narrator.step('sends the same review again without effect', async () => {
    const { submitReview } = await client.request(SubmitReviewDocument, { input });
    const again = succeeded(submitReview, 'SubmitReviewSuccess');
    must(again.replayed && again.card.schedule.reps === 1, 'the review counted twice');
  });
}
