import { Exact } from '../grading/fraction.ts';
import { writeGap } from '../import/moodle-cloze.ts';
import { escapeAttribute, escapeXml } from '../import/xml.ts';
import type { QuestionBody } from '../question/question.input.ts';
import { additiveWeights } from './body-form.ts';
import type { ExportedQuestion } from './exported-question.ts';

export const moodleHead =
  '<?xml version="1.0" encoding="UTF-8"?>\n<quiz xmlns:studymate="urn:studymate:questions">\n';
export const moodleFoot = '</quiz>\n';

interface Rule {
  readonly weight: string;
  readonly feedback: string | null;
}

const text = (value: string) => `<text>${escapeXml(value)}</text>`;
const markdown = (name: string, value: string) => `<${name} format="markdown">${text(value)}</${name}>`;
const setting = (name: string, value: string | number | boolean) => `<${name}>${value}</${name}>`;
const hundred = 100;

const answer = (value: string, rule: Rule, format: 'markdown' | 'plain_text', more = '') =>
  `<answer fraction="${new Exact(rule.weight).times(hundred).toFixed()}" format="${format}">${text(value)}` +
  `${rule.feedback === null ? '' : markdown('feedback', rule.feedback)}${more}</answer>`;

interface Written {
  readonly type: string;
  readonly lines: readonly string[];
  readonly prompt?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/**
 * The question as Moodle reads it. Attributes of our own namespace, which Moodle passes over, carry what it has no
 * place for: language, difficulty, how partial credit is counted, the longest answer.
 */
export function writeMoodleXml(question: ExportedQuestion): string {
  const { title, prompt, explanation, defaultScore, tags, language, difficulty } = question;
  const { type, lines, prompt: ownPrompt = prompt, attributes = {} } = writeBody(question);
  const own = {
    ...attributes,
    ...(language === null ? {} : { language }),
    ...(difficulty === 'MEDIUM' ? {} : { difficulty }),
  };
  const marks = Object.entries(own).map(([name, value]) => ` studymate:${name}="${escapeAttribute(value)}"`);
  return [
    `<question type="${type}"${marks.join('')}>`,
    ...[
      `<name>${text(title ?? '')}</name>`,
      markdown('questiontext', ownPrompt),
      markdown('generalfeedback', explanation ?? ''),
      setting('defaultgrade', defaultScore),
      ...lines,
      ...(tags.length === 0 ? [] : [`<tags>${tags.map((tag) => `<tag>${text(tag)}</tag>`).join('')}</tags>`]),
    ].map((line) => `  ${line}`),
    '</question>\n',
  ].join('\n');
}

function writeBody({ prompt, body }: ExportedQuestion): Written {
  const { choice, text: short, numeric, match, order, cloze, essay } = body;
  if (choice) return writeChoice(choice);
  if (short) {
    const { answers, caseSensitive, maxLength } = short;
    const lines = [
      setting('usecase', caseSensitive ? 1 : 0),
      ...answers.map((rule) => answer(rule.pattern, rule, 'plain_text')),
    ];
    return {
      type: 'shortanswer',
      lines,
      ...(maxLength ? { attributes: { maxLength: `${maxLength}` } } : {}),
    };
  }
  if (numeric) return writeNumeric(numeric);
  if (essay) return writeEssay(essay);
  if (match) return writeMatch(match);
  if (order) {
    const items = order.items.map((item, index) =>
      answer(item, { weight: `${(index + 1) / hundred}`, feedback: null }, 'markdown'),
    );
    const layout = [
      setting('layouttype', 'VERTICAL'),
      setting('selecttype', 'ALL'),
      setting('selectcount', 0),
    ];
    return {
      type: 'ordering',
      lines: [...layout, setting('gradingtype', 'RELATIVE_NEXT_EXCLUDE_LAST'), ...items],
    };
  }
  const gaps = cloze?.gaps ?? [];
  return {
    type: 'cloze',
    lines: [],
    prompt: prompt.replace(/\{\{(\d+)\}\}/g, (marker, number: string) => {
      const gap = gaps[Number(number) - 1];
      return gap ? writeClozeGap(gap) : marker;
    }),
  };
}

function writeChoice(choice: NonNullable<QuestionBody['choice']>): Written {
  const { multiple, partialCredit } = choice;
  const isSet = multiple && partialCredit === 'ALL_OR_NOTHING';
  const { choices } = isSet ? choice : additiveWeights(choice);
  const isInferred =
    isSet || (multiple ? partialCredit === 'EXPLICIT_WEIGHTS' : partialCredit === 'ALL_OR_NOTHING');
  return {
    type: isSet ? 'multichoiceset' : 'multichoice',
    lines: [
      ...(isSet ? [] : [setting('single', !multiple)]),
      setting('shuffleanswers', true),
      setting('answernumbering', 'abc'),
      ...choices.map((each) => answer(each.text, each, 'markdown')),
    ],
    ...(isInferred ? {} : { attributes: { partialCredit } }),
  };
}

function writeNumeric({ answers, units }: NonNullable<QuestionBody['numeric']>): Written {
  const named = units ?? [];
  const unit = (name: string) =>
    `<unit><multiplier>1</multiplier><unit_name>${escapeXml(name)}</unit_name></unit>`;
  return {
    type: 'numerical',
    lines: [
      ...answers.map((rule) => answer(rule.value, rule, 'plain_text', setting('tolerance', rule.tolerance))),
      setting('unitgradingtype', named.length > 0 ? 1 : 0),
      ...(named.length > 0 ? [setting('unitpenalty', 1), setting('showunits', 0)] : []),
      ...(named.length > 0 ? [`<units>${named.map(unit).join('')}</units>`] : []),
    ],
  };
}

function writeMatch({ pairs, distractors }: NonNullable<QuestionBody['match']>): Written {
  const side = (left: string, right: string) =>
    `<subquestion format="markdown">${text(left)}<answer>${text(right)}</answer></subquestion>`;
  return {
    type: 'matching',
    lines: [
      setting('shuffleanswers', true),
      ...pairs.map(({ left, right }) => side(left, right)),
      ...(distractors ?? []).map((right) => side('', right)),
    ],
  };
}

function writeClozeGap({
  answers,
  choices,
  caseSensitive,
}: NonNullable<QuestionBody['cloze']>['gaps'][number]): string {
  const rules = answers.map(({ pattern, weight, feedback }) => ({
    text: pattern,
    weight: Number(weight),
    feedback,
  }));
  if (!choices) return writeGap({ type: 'TEXT', caseSensitive: caseSensitive ?? false, answers: rules });
  const told = new Set(rules.map((rule) => rule.text));
  const lures = choices
    .filter((each) => !told.has(each))
    .map((each) => ({ text: each, weight: 0, feedback: null }));
  return writeGap({ type: 'CHOICE', caseSensitive: false, answers: [...rules, ...lures] });
}

/** The rubric as people read it stands in the words to graders. */
function writeEssay({ rubric, minWords }: NonNullable<QuestionBody['essay']>): Written {
  const criteria = rubric.map(({ title, levels }) => ({
    title,
    levels: levels.map(({ points, description }) => ({ points: Number(points), description })),
  }));
  const lines = criteria.flatMap(({ title, levels }) => [
    `**${title}**`,
    ...levels.map(({ points, description }) => `- ${points}: ${description}`),
    '',
  ]);
  return {
    type: 'essay',
    lines: [
      setting('responseformat', 'editor'),
      setting('responserequired', 1),
      ...(minWords ? [setting('minwordlimit', minWords)] : []),
      markdown('graderinfo', lines.join('\n')),
    ],
    attributes: { rubric: JSON.stringify(criteria) },
  };
}
