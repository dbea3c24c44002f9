import { z } from 'zod';
import type { ScoredReason } from './candidates.ts';

const reasonSchema = z.object({
  code: z.enum([
    'OVERDUE',
    'LOW_MASTERY',
    'PREREQUISITE_GAP',
    'HIGH_INFORMATION',
    'VARIETY',
    'TIME_FIT',
    'POPULAR_COLD_START',
  ]),
  contribution: z.number(),
  skillId: z.string().nullable(),
  name: z.string(),
  amount: z.number(),
});

/** The reasons as they were stored. */
export const parseReasons = (stored: unknown): ScoredReason[] => z.array(reasonSchema).parse(stored);

/** A reason as a learner reads it. */
export interface ReasonView {
  readonly code: ScoredReason['code'];
  readonly contribution: number;
  readonly text: string;
  readonly skill: { readonly id: string } | null;
}

type Words = Readonly<Record<ScoredReason['code'], (reason: ScoredReason) => string>>;

const english: Words = {
  OVERDUE: ({ amount, name }) => `${amount} ${amount === 1 ? 'card is' : 'cards are'} due in “${name}”`,
  LOW_MASTERY: ({ name, amount }) => `“${name}” is at ${amount} % today`,
  PREREQUISITE_GAP: ({ name }) => `“${name}” builds on it`,
  HIGH_INFORMATION: ({ name }) => `“${name}” would show what you already know`,
  VARIETY: ({ name }) => `“${name}” has something still to learn`,
  TIME_FIT: ({ amount }) => `it takes about ${amount} minutes`,
  POPULAR_COLD_START: () => 'it is open to everyone and a good start',
};

const korean: Words = {
  OVERDUE: ({ amount, name }) => `‘${name}’에서 복습할 카드가 ${amount}장 있습니다`,
  LOW_MASTERY: ({ name, amount }) => `‘${name}’의 숙달도가 오늘 ${amount}%입니다`,
  PREREQUISITE_GAP: ({ name }) => `‘${name}’의 바탕이 됩니다`,
  HIGH_INFORMATION: ({ name }) => `‘${name}’에서 이미 아는 것을 확인할 수 있습니다`,
  VARIETY: ({ name }) => `‘${name}’에 아직 배울 것이 있습니다`,
  TIME_FIT: ({ amount }) => `약 ${amount}분이면 됩니다`,
  POPULAR_COLD_START: () => '누구나 풀 수 있어 시작하기 좋습니다',
};

/** The stored reasons of a recommendation in the language of the locale: Korean, else English. */
export function reasonsIn(locale: string, stored: unknown): ReasonView[] {
  const words = new Intl.Locale(locale).language === 'ko' ? korean : english;
  return parseReasons(stored).map((reason) => ({
    code: reason.code,
    contribution: reason.contribution,
    text: words[reason.code](reason),
    skill: reason.skillId === null ? null : { id: reason.skillId },
  }));
}
