import type { AttemptState } from './attempt.state.ts';

export type RevealMoment = 'NEVER' | 'AFTER_EACH' | 'AFTER_SUBMIT' | 'AFTER_CLOSE';

export interface FeedbackPolicy {
  readonly showScore: RevealMoment;
  readonly showCorrectness: RevealMoment;
  readonly showAnswerKey: RevealMoment;
}

/** What a taker may see of an attempt or of one of its items. */
export interface Reveal {
  readonly score: boolean;
  /** Right or wrong per item, its points, and what the author says to the answer given. */
  readonly correctness: boolean;
  readonly answerKey: boolean;
}

export const nothingRevealed: Reveal = { score: false, correctness: false, answerKey: false };

export interface Situation {
  readonly state: AttemptState;
  readonly quizClosesAt: Date | null;
  readonly now: Date;
  /** How far the item that is asked about is judged while the attempt runs. */
  readonly item?: { readonly isJudged: boolean; readonly isSettled: boolean };
}

/**
 * Applies the policy at `now`. While an attempt runs only AFTER_EACH shows anything, of items that are judged: their
 * correctness, and the key of those that are settled, for which no try is left. After that AFTER_EACH is AFTER_SUBMIT.
 * The score waits until the whole attempt is graded. AFTER_CLOSE waits for the quiz to close for everyone; a quiz that
 * never closes never reveals it.
 */
export function revealAt(policy: FeedbackPolicy, situation: Situation): Reveal {
  const { state, quizClosesAt, now, item } = situation;
  if (state === 'IN_PROGRESS')
    return {
      score: false,
      correctness: item?.isJudged === true && policy.showCorrectness === 'AFTER_EACH',
      answerKey: item?.isSettled === true && policy.showAnswerKey === 'AFTER_EACH',
    };
  if (state !== 'GRADED' && state !== 'GRADING') return nothingRevealed;

  const closed = quizClosesAt !== null && quizClosesAt.getTime() <= now.getTime();
  const reached = (moment: RevealMoment) => moment !== 'NEVER' && (moment !== 'AFTER_CLOSE' || closed);
  return {
    score: state === 'GRADED' && reached(policy.showScore),
    correctness: reached(policy.showCorrectness),
    answerKey: reached(policy.showAnswerKey),
  };
}
