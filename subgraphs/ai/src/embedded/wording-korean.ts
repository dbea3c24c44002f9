import { josa } from 'es-hangul';
import type { Wording } from './wording.ts';

/** A particle changes with the sound before it, so after a gap both forms stand: 은(는), (으)로. */
const doubled: Readonly<Record<string, string>> = {
  은: '은(는)',
  는: '은(는)',
  이: '이(가)',
  가: '이(가)',
  을: '을(를)',
  를: '을(를)',
  과: '과(와)',
  와: '과(와)',
  으로: '(으)로',
  로: '(으)로',
  으로써: '(으)로써',
  로써: '(으)로써',
  으로서: '(으)로서',
  로서: '(으)로서',
  이나: '(이)나',
  나: '(이)나',
  이라고: '(이)라고',
  라고: '(이)라고',
  이며: '(이)며',
  며: '(이)며',
  이란: '(이)란',
  란: '(이)란',
  이다: '(이)다',
  다: '(이)다',
};
const particleAfter =
  /^(이라고|라고|으로써|으로서|로써|로서|으로|이나|이며|이란|이다|은|는|이|가|을|를|과|와|로|나|며|란|다)(?=[\s,.!?]|$)/;

const topicOf = (subject: string) => josa(subject, '은/는');

export const koreanWording: Wording = {
  whichTermFits: (description) => `다음 설명에 해당하는 것은 무엇인가?\n\n> ${description}`,
  whatIs: ({ subject }) => `${subject}에 대한 설명으로 옳은 것은?`,
  cardFront: ({ subject }) => `${subject}(이)란 무엇인가?`.replace('(이)란', josa.pick(subject, '이란/란')),
  whichStatementIsTrue: '다음 중 옳은 설명은?',
  completeSentence: (stem) => `빈칸에 들어갈 말로 알맞은 것은?\n\n> ${stem}`,
  claim: ({ subject }, description) => `${topicOf(subject)} ${description}이다.`,
  choice: ({ label }) => label,
  descriptionChoice: (description) => description,
  withBlank: (sentence, { start, end }, blank) => {
    const after = sentence.slice(end);
    const particle = particleAfter.exec(after)?.[1] ?? '';
    return `${sentence.slice(0, start)}${blank}${doubled[particle] ?? particle}${after.slice(particle.length)}`;
  },
  fromTheText: (quote) => `본문: “${quote}”`,
  blank: '\\_\\_\\_\\_\\_',
};
