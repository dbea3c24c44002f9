import type {
  GiftAnswers,
  GiftChoice,
  GiftFormat,
  GiftItem,
  GiftNumber,
  GiftNumericAnswer,
  GiftText,
} from './gift.ast.ts';
import { type GiftBlock, restore, splitBlocks } from './gift.blocks.ts';

const blank = '_____';
const header = /^\s*(?:::([\s\S]*?)::)?\s*(?:\[(html|markdown|plain|moodle)\])?([\s\S]*)$/;
const leadingFormat = /^\s*\[(html|markdown|plain|moodle)\]/;

/** What is wrong with one question; caught per question, so that the others are read all the same. */
class GiftSyntaxError extends Error {}

/**
 * Reads a file in Moodle's GIFT format (docs.moodle.org/en/GIFT_format), question by question. What cannot be
 * understood comes back as a problem with its line; nothing is left out silently.
 */
export const parseGift = (source: string): GiftItem[] => splitBlocks(source).map(parseBlock);

function parseBlock(block: GiftBlock): GiftItem {
  const { line, id, tags } = block;
  const [, category] = /^\$CATEGORY:([\s\S]*)$/.exec(block.text) ?? [];
  if (category !== undefined) return { kind: 'CATEGORY', line, title: restore(category).trim() };

  const [, rawTitle, format = 'moodle', body = ''] = header.exec(block.text) ?? [];
  const title = rawTitle === undefined ? null : collapse(restore(rawTitle));
  try {
    return { kind: 'QUESTION', line, id, tags, title, ...parseBody(body, format as GiftFormat) };
  } catch (error) {
    if (!(error instanceof GiftSyntaxError)) throw error;
    return { kind: 'PROBLEM', line, title, text: restore(body), message: error.message };
  }
}

const collapse = (text: string) => text.replace(/\s*\n\s*/g, ' ').trim();

/** Lines of moodle text flow together; the other formats keep theirs. */
const toText = (raw: string, format: GiftFormat): GiftText => ({
  format,
  text: restore(format === 'moodle' ? collapse(raw) : raw.trim()),
});

function parseBody(body: string, format: GiftFormat) {
  const opening = body.indexOf('{');
  if (opening < 0) {
    if (body.includes('}')) throw new GiftSyntaxError('a closing brace without an opening one');
    const answers = { type: 'DESCRIPTION' } as const;
    return { stem: toText(body, format), isEmbedded: false, globalFeedback: null, answers };
  }
  const closing = body.indexOf('}', opening);
  if (closing < 0) throw new GiftSyntaxError('the answers are not closed with a brace');
  const after = body.slice(closing + 1);
  if (/[{}]/.test(after)) throw new GiftSyntaxError('more than one block of answers');

  const isEmbedded = after.trim() !== '';
  const parts = isEmbedded ? [body.slice(0, opening), blank, after] : [body.slice(0, opening)];
  const stem = parts
    .map((part) => toText(part, format).text)
    .filter((part) => part !== '')
    .join(' ');
  const [answer = '', ...feedback] = body.slice(opening + 1, closing).split('####');
  return {
    stem: { format, text: stem },
    isEmbedded,
    globalFeedback: toFeedback(feedback.length === 0 ? undefined : feedback.join('####'), format),
    answers: parseAnswers(answer.trim(), format),
  };
}

function toFeedback(raw: string | undefined, format: GiftFormat): GiftText | null {
  if (raw === undefined) return null;
  const [marker, own] = leadingFormat.exec(raw) ?? [''];
  const feedback = toText(raw.slice(marker.length), (own as GiftFormat | undefined) ?? format);
  return feedback.text === '' ? null : feedback;
}

function parseAnswers(answer: string, format: GiftFormat): GiftAnswers {
  if (answer === '') return { type: 'ESSAY' };
  if (answer.startsWith('#')) return parseNumerical(answer.slice(1).trim(), format);

  const [, truth, feedbacks] = /^(T|TRUE|F|FALSE)\s*(?:#([\s\S]*))?$/.exec(answer) ?? [];
  if (truth !== undefined) {
    const [wrong, right] = feedbacks?.split('#') ?? [];
    return {
      type: 'TRUE_FALSE',
      isTrue: truth.startsWith('T'),
      feedbacks: [toFeedback(wrong, format), toFeedback(right, format)],
    };
  }
  const marked = splitMarked(answer);
  const isMatching = marked.every(({ mark, raw }) => mark === '=' && raw.includes('->'));
  if (isMatching) return { type: 'MATCHING', pairs: marked.map(({ raw }) => parsePair(raw, format)) };

  const choices = marked.map((each) => parseChoice(each, format));
  return { type: choices.every(({ isCorrect }) => isCorrect) ? 'SHORT' : 'CHOICE', choices };
}

interface Marked {
  readonly mark: string;
  readonly raw: string;
}

/** An answer without any mark is the one right answer. */
function splitMarked(answer: string): Marked[] {
  if (!/[=~]/.test(answer)) return [{ mark: '=', raw: answer }];
  if (!/^[=~]/.test(answer)) throw new GiftSyntaxError('answers must begin with = or ~');
  return [...answer.matchAll(/([=~])([^=~]*)/g)].map(([, mark = '', raw = '']) => ({ mark, raw }));
}

/** Takes an answer apart: `%50%`, `[format]`, its text, and after `#` its feedback. */
function takeApart(raw: string, format: GiftFormat) {
  const [weighting, weight] = /^\s*%(-?\d+(?:\.\d*)?)%/.exec(raw) ?? [''];
  const [marker, own] = leadingFormat.exec(raw.slice(weighting.length)) ?? [''];
  const rest = raw.slice(weighting.length + marker.length);
  const hash = rest.indexOf('#');
  return {
    weight: weight ?? null,
    text: toText(hash < 0 ? rest : rest.slice(0, hash), (own as GiftFormat | undefined) ?? format),
    feedback: toFeedback(hash < 0 ? undefined : rest.slice(hash + 1), format),
  };
}

const parseChoice = ({ mark, raw }: Marked, format: GiftFormat): GiftChoice => ({
  isCorrect: mark === '=',
  ...takeApart(raw, format),
});

function parsePair(raw: string, format: GiftFormat) {
  const arrow = raw.indexOf('->');
  return {
    left: takeApart(raw.slice(0, arrow), format).text,
    right: toText(raw.slice(arrow + 2), 'moodle').text,
  };
}

function parseNumerical(answer: string, format: GiftFormat): GiftAnswers {
  const isList = /^[=~]/.test(answer);
  const marked = isList ? splitMarked(answer) : [{ mark: '=', raw: answer }];
  const answers = marked.map(({ mark, raw }): GiftNumericAnswer => {
    const { text, ...rest } = takeApart(raw, format);
    const isAny = text.text === '' || text.text === '*';
    return { isCorrect: mark === '=', ...rest, number: isAny ? null : parseNumber(text.text) };
  });
  return { type: 'NUMERICAL', isList, answers };
}

const digits = '[+-]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][+-]?\\d+)?';
const rangeShape = new RegExp(`^(${digits}?)\\s*\\.\\.\\s*(${digits})$`);
const numberShape = new RegExp(`^(${digits})\\s*(?::\\s*(${digits}))?$`);

function parseNumber(text: string): GiftNumber {
  const [, low, high] = rangeShape.exec(text) ?? [];
  if (low !== undefined && high !== undefined) return { form: 'RANGE', low: low.replace(/\.$/, ''), high };
  const [, value, tolerance] = numberShape.exec(text) ?? [];
  if (value === undefined) throw new GiftSyntaxError(`${JSON.stringify(text)} is not a number`);
  return tolerance === undefined ? { form: 'EXACT', value } : { form: 'TOLERANCE', value, tolerance };
}
