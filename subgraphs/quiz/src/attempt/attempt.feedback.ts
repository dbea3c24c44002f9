import type { AttemptState } from './attempt.state.ts';

export type RevealMoment = 'NEVER' | 'AFTER_SUBMIT' | 'AFTER_CLOSE';

export interface FeedbackPolicy {
  readonly showScore: RevealMoment;
  readonly showCorrectness: RevealMoment;
  readonly showAnswerKey: RevealMoment;
}

/** What a taker may see of a finished attempt. */
export interface Reveal {
  readonly score: boolean;
  /** Right or wrong per item, its points, and what the author says to the answer given. */
  readonly correctness: boolean;
  readonly answerKey: boolean;
}

export const nothingRevealed: Reveal = { score: false, correctness: false, answerKey: false };

/**
 * Applies the policy at `now`. Nothing is shown of an attempt that is not graded. AFTER_CLOSE waits for
 * the quiz to close for everyone; a quiz that never closes never reveals it.
 */
export function revealAt(
  policy: FeedbackPolicy,
  situation: { readonly state: AttemptState; readonly quizClosesAt: Date | null; readonly now: Date },
): Reveal {
  const { state, quizClosesAt, now } = situation;
  if (state !== 'GRADED') return nothingRevealed;

  const closed = quizClosesAt !== null && quizClosesAt.getTime() <= now.getTime();
  const reached = (moment: RevealMoment) => moment === 'AFTER_SUBMIT' || (moment === 'AFTER_CLOSE' && closed);
  return {
    score: reached(policy.showScore),
    correctness: reached(policy.showCorrectness),
    answerKey: reached(policy.showAnswerKey),
  };
}
