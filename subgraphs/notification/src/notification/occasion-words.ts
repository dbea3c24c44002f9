/** Words that fill templates and depend on the reader's language. */
type Language = 'en' | 'ko';
type Words = Readonly<Record<string, string>>;

const languageOf = (locale: string): Language => (locale.toLowerCase().split('-')[0] === 'ko' ? 'ko' : 'en');

const kinds: Readonly<Record<Language, Words>> = {
  en: {
    SUMMARY: 'summary',
    QUIZ: 'quiz',
    FLASHCARDS: 'flashcards',
    EXPLANATION: 'explanation',
    TUTOR: 'tutor answer',
    ESSAY_FEEDBACK: 'essay feedback',
  },
  ko: {
    SUMMARY: '요약',
    QUIZ: '퀴즈',
    FLASHCARDS: '플래시카드',
    EXPLANATION: '설명',
    TUTOR: '튜터 답변',
    ESSAY_FEEDBACK: '에세이 피드백',
  },
};

const levels: Readonly<Record<Language, Words>> = {
  en: {
    NOT_STARTED: 'not started',
    ATTEMPTED: 'attempted',
    FAMILIAR: 'familiar',
    PROFICIENT: 'proficient',
    MASTERED: 'mastered',
  },
  ko: {
    NOT_STARTED: '시작 전',
    ATTEMPTED: '시도함',
    FAMILIAR: '익숙함',
    PROFICIENT: '능숙함',
    MASTERED: '통달함',
  },
};

const statuses: Readonly<Record<Language, Words>> = {
  en: {
    TRIALING: 'on trial',
    ACTIVE: 'active',
    PAST_DUE: 'waiting for payment',
    PAUSED: 'paused',
    CANCELED: 'canceled',
    UNPAID: 'unpaid',
    INCOMPLETE: 'waiting for the first payment',
    INCOMPLETE_EXPIRED: 'expired before the first payment',
  },
  ko: {
    TRIALING: '체험 중',
    ACTIVE: '이용 중',
    PAST_DUE: '결제 대기',
    PAUSED: '일시 중지',
    CANCELED: '해지됨',
    UNPAID: '미납',
    INCOMPLETE: '첫 결제 대기',
    INCOMPLETE_EXPIRED: '첫 결제 전 만료됨',
  },
};

const goals: Readonly<Record<Language, Words>> = {
  en: {
    MINUTES: 'minutes of study',
    REVIEWS: 'reviews',
    NEW_CARDS: 'new cards',
    QUIZZES: 'quizzes',
    MASTERED_SKILLS: 'mastered skills',
  },
  ko: {
    MINUTES: '분 학습',
    REVIEWS: '회 복습',
    NEW_CARDS: '장의 새 카드',
    QUIZZES: '개의 퀴즈',
    MASTERED_SKILLS: '개의 기술 통달',
  },
};

/** A code no table knows reads as its own words, never as nothing. */
const wordOf = (words: Readonly<Record<Language, Words>>, code: string, locale: string): string =>
  words[languageOf(locale)][code] ?? code.toLowerCase().replaceAll('_', ' ');

export const kindWord = (kind: string, locale: string): string => wordOf(kinds, kind, locale);
export const levelWord = (level: string, locale: string): string => wordOf(levels, level, locale);
export const statusWord = (status: string, locale: string): string => wordOf(statuses, status, locale);
export const goalWord = (kind: string, locale: string): string => wordOf(goals, kind, locale);

/** A calendar date as readers of the locale write it. */
export const dateWord = (instant: Date, { locale, timeZone }: { locale: string; timeZone: string }): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone }).format(instant);
