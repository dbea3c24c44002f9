import type { AnswerKeyContent } from '../question/answer-key.ts';
import type { Option, QuestionContent } from '../question/content.ts';
import type { QuestionBody } from '../question/question.input.ts';

/** The two halves of a question as `splitQuestion` was given them, but for what it does not keep: where lures stood. */
export function joinQuestion(content: QuestionContent, key: AnswerKeyContent): QuestionBody {
  if (content.kind === 'CHOICE' && key.kind === 'CHOICE') return joinChoice(content, key);
  if (content.kind === 'TEXT' && key.kind === 'TEXT') {
    const { caseSensitive, maxLength } = content;
    return { text: { answers: key.answers, caseSensitive, maxLength } };
  }
  if (content.kind === 'NUMERIC' && key.kind === 'NUMERIC') {
    return { numeric: { answers: key.answers, units: content.units } };
  }
  if (content.kind === 'MATCH' && key.kind === 'MATCH') return joinMatch(content, key);
  if (content.kind === 'ORDER' && key.kind === 'ORDER') {
    const texts = textsOf(content.items);
    return { order: { items: key.itemIds.map(texts) } };
  }
  if (content.kind === 'CLOZE' && key.kind === 'CLOZE') return joinCloze(content, key);
  if (content.kind === 'ESSAY') {
    const rubric = content.rubric.map(({ title, levels }) => ({ title, levels }));
    return { essay: { rubric, minWords: content.minWords } };
  }
  throw new Error(`A question of kind ${content.kind} has a key of kind ${key.kind}.`);
}

type Content<K extends QuestionContent['kind']> = Extract<QuestionContent, { kind: K }>;
type Key<K extends AnswerKeyContent['kind']> = Extract<AnswerKeyContent, { kind: K }>;

function textsOf(options: readonly Option[]): (id: string) => string {
  const texts = new Map(options.map(({ id, text }) => [id, text]));
  return (id) => texts.get(id) ?? '';
}

function joinChoice(
  { choices, multiple, partialCredit }: Content<'CHOICE'>,
  { weights }: Key<'CHOICE'>,
): QuestionBody {
  const rules = new Map(weights.map((rule) => [rule.choiceId, rule]));
  const weighted = choices.map(({ id, text }) => {
    const { weight = '0', feedback = null } = rules.get(id) ?? {};
    return { text, weight, feedback };
  });
  return { choice: { choices: weighted, multiple, partialCredit } };
}

function joinMatch({ left, right }: Content<'MATCH'>, { pairs }: Key<'MATCH'>): QuestionBody {
  const [leftText, rightText] = [textsOf(left), textsOf(right)];
  const matched = new Set(pairs.map(({ rightId }) => rightId));
  return {
    match: {
      pairs: pairs.map(({ leftId, rightId }) => ({ left: leftText(leftId), right: rightText(rightId) })),
      distractors: right
        .filter(({ id }) => !matched.has(id))
        .map(({ text }) => text)
        .toSorted(),
    },
  };
}

function joinCloze({ gaps }: Content<'CLOZE'>, key: Key<'CLOZE'>): QuestionBody {
  const rules = new Map(key.gaps.map((gap) => [gap.gapId, gap]));
  const joined = gaps.map(({ id, choices }) => {
    const rule = rules.get(id);
    if (rule?.kind === 'FREE')
      return { answers: rule.answers, choices: null, caseSensitive: rule.caseSensitive };
    const texts = textsOf(choices ?? []);
    const answers = (rule?.answers ?? []).map(({ choiceId, ...rest }) => ({
      pattern: texts(choiceId),
      ...rest,
    }));
    return { answers, choices: (choices ?? []).map(({ text }) => text).toSorted(), caseSensitive: false };
  });
  return { cloze: { gaps: joined } };
}

/** The question with its gaps numbered as they are read, which no format tells otherwise. */
export function inReadingOrder(prompt: string, body: QuestionBody): { prompt: string; body: QuestionBody } {
  if (!body.cloze) return { prompt, body };
  const { gaps } = body.cloze;
  const read: typeof gaps = [];
  const renumbered = prompt.replace(/\{\{(\d+)\}\}/g, (marker, number: string) => {
    const gap = gaps[Number(number) - 1];
    if (!gap) return marker;
    read.push(gap);
    return `{{${read.length}}}`;
  });
  return { prompt: renumbered, body: { cloze: { gaps: read } } };
}
