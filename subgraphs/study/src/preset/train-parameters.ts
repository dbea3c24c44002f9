import {
  computeParameters,
  FSRSBinding,
  FSRSBindingItem,
  FSRSBindingReview,
  type ModelEvaluation,
} from '@open-spaced-repetition/binding';

/** One review as the training sees it. */
export interface TrainingReview {
  readonly cardId: string;
  /** 1 (Again) to 4 (Easy). */
  readonly rating: number;
  /** Study days since the review before; 0 for a card's first. */
  readonly elapsedStudyDays: number;
  readonly reviewedAt: Date;
}

/** What a training came to; the evaluations are of reviews that it has not seen, null when there are too few. */
export interface Training {
  readonly parameters: readonly number[];
  readonly before: ModelEvaluation | null;
  readonly after: ModelEvaluation | null;
}

interface Sample {
  readonly item: FSRSBindingItem;
  readonly at: number;
}

const heldOutShare = 0.2;
const minSamples = 50;
const seed = 2023;
/** How often the training is looked after; what it has done is answered at the next look. */
const pollMs = 50;

/** For each review that follows an earlier study day: the card's reviews up to it. Reviews in order, card by card. */
function toSamples(reviews: readonly TrainingReview[]): Sample[] {
  const samples: Sample[] = [];
  let cardId = '';
  let history: FSRSBindingReview[] = [];
  for (const review of reviews) {
    if (review.cardId !== cardId) {
      cardId = review.cardId;
      history = [];
    }
    const elapsed = history.length === 0 ? 0 : review.elapsedStudyDays;
    history = [...history, new FSRSBindingReview(review.rating, elapsed)];
    if (elapsed > 0) samples.push({ item: new FSRSBindingItem(history), at: review.reviewedAt.getTime() });
  }
  return samples.toSorted((one, other) => one.at - other.at);
}

/**
 * Fits the 21 weights of FSRS-6 to a log, on the first four fifths of the reviews by time, and evaluates the present
 * and the new weights on the last fifth, whose outcomes the training has not seen. Deterministic.
 * Source: fsrs-rs `compute_parameters` and `evaluate` (gradient descent on the log-loss of recall).
 */
export async function trainParameters(
  reviews: readonly TrainingReview[],
  { present, relearningSteps }: { readonly present: readonly number[]; readonly relearningSteps: number },
): Promise<Training> {
  const samples = toSamples(reviews).map(({ item }) => item);
  if (samples.length < minSamples) return { parameters: present, before: null, after: null };
  const cut = Math.floor(samples.length * (1 - heldOutShare));
  const heldOut = samples.slice(cut);
  const parameters = await computeParameters(samples.slice(0, cut), {
    enableShortTerm: true,
    numRelearningSteps: relearningSteps,
    trainingConfig: { numEpochs: 5, batchSize: 512, seed, maxSeqLen: 64, learningRate: 0.04, gamma: 1 },
    timeout: pollMs,
  });
  return {
    parameters,
    before: new FSRSBinding([...present]).evaluate(heldOut),
    after: new FSRSBinding(parameters).evaluate(heldOut),
  };
}
