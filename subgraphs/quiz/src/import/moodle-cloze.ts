import { Exact } from '../grading/fraction.ts';

/** A gap as Moodle embeds it: `{2:SHORTANSWER:=Berlin#Yes.~%50%Bonn}` (docs.moodle.org/en/Embedded_Answers_(Cloze)). */
export interface MoodleGap {
  readonly weight: number;
  readonly type: 'TEXT' | 'CHOICE' | 'NUMERIC';
  readonly caseSensitive: boolean;
  readonly answers: readonly MoodleGapAnswer[];
}

export interface MoodleGapAnswer {
  readonly text: string;
  /** 1 is everything. */
  readonly weight: number;
  readonly feedback: string | null;
}

const typeNames = [
  ['NUMERICAL|NM', 'NUMERIC', false],
  ['SHORTANSWER|SA|MW', 'TEXT', false],
  ['SHORTANSWER_C|SAC|MWC', 'TEXT', true],
  ['MULTICHOICE(?:_[VHS]+)?|MC[VHS]{0,2}', 'CHOICE', false],
] as const;
const gapShape = /\{(\d*):([A-Z_]+):((?:\\[\s\S]|[^\\}])*)\}/g;
const answerShape = /^(?:(=)|%(-?\d+(?:[.,]\d+)?)%)?([\s\S]*)$/;

/** Puts `{{1}}`, `{{2}}`, … in the place of the gaps; answers null for a gap whose kind is unknown. */
export function readGaps(text: string): {
  readonly prompt: string;
  readonly gaps: readonly (MoodleGap | null)[];
} {
  const gaps: (MoodleGap | null)[] = [];
  const prompt = text.replace(gapShape, (_whole, weight: string, type: string, answers: string) => {
    gaps.push(readGap(weight, type, answers));
    return `{{${gaps.length}}}`;
  });
  return { prompt, gaps };
}

function readGap(weight: string, type: string, answers: string): MoodleGap | null {
  const known = typeNames.find(([names]) => new RegExp(`^(?:${names})$`).test(type));
  if (!known) return null;
  const [, kind, caseSensitive] = known;
  const parts = answers.match(/(?:\\[\s\S]|[^\\~])+/g) ?? [];
  return {
    weight: weight === '' ? 1 : Number(weight),
    type: kind,
    caseSensitive,
    answers: parts.map(readAnswer),
  };
}

/** A backslash before anything else is one: formulas are full of them. */
const readEscapes = (text: string) => text.replace(/\\([\\~#}"/])/g, '$1').trim();

function readAnswer(part: string): MoodleGapAnswer {
  const [, equals, percent, rest = ''] = answerShape.exec(part.trim()) ?? [];
  const [, text = '', feedback = ''] = /^((?:\\[\s\S]|[^\\#])*)#?([\s\S]*)$/.exec(rest) ?? [];
  const weight = equals ? 1 : new Exact(percent?.replace(',', '.') ?? '0').dividedBy(100).toNumber();
  return { text: readEscapes(text), weight, feedback: readEscapes(feedback) || null };
}

const escapeGap = (text: string) => text.replace(/[\\~}#"]/g, '\\$&');

/** The gap as `readGaps` reads it. */
export function writeGap({ type, caseSensitive, answers }: Omit<MoodleGap, 'weight'>): string {
  const name = {
    CHOICE: 'MULTICHOICE',
    NUMERIC: 'NUMERICAL',
    TEXT: `SHORTANSWER${caseSensitive ? '_C' : ''}`,
  }[type];
  const parts = answers.map(({ text, weight, feedback }) => {
    const credit = weight === 1 ? '=' : `%${new Exact(weight).times(100).toFixed()}%`;
    return `${credit}${escapeGap(text)}${feedback === null ? '' : `#${escapeGap(feedback)}`}`;
  });
  return `{1:${name}:${parts.join('~')}}`;
}
