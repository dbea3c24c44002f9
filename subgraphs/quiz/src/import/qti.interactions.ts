import { z } from 'zod';
import type { PartialCredit } from '../question/content.ts';
import { defaultRubric, defaultRubricNote } from './default-rubric.ts';
import { readContent, replaceElements } from './qti.content.ts';
import { branchesOf, declarationOf, isMapped, type ResponseDeclaration } from './qti.declarations.ts';
import { readPartialCredit } from './settings.ts';
import { childOf, childrenOf, descendantsOf, textOf, type XmlElement } from './xml.ts';

/** What an interaction asks for, in the shape of `saveQuestion`. */
export interface MappedInteraction {
  readonly body: Readonly<Record<string, unknown>>;
  readonly notes: readonly string[];
}

export const weightIn = (
  { mapping, correct }: ResponseDeclaration,
  key: string,
  usesMapping: boolean,
): number =>
  usesMapping && mapping
    ? (mapping.find((entry) => entry.key === key)?.credit ?? 0)
    : Number(correct.includes(key));

const contentOf = (choice: XmlElement) =>
  readContent(replaceElements(choice.children, ({ name }) => (name === 'qti-feedback-inline' ? '' : null)));

function feedbackOf(choice: XmlElement): string | null {
  const [feedback] = descendantsOf(choice, 'qti-feedback-inline');
  return (feedback && readContent(feedback.children)) || null;
}

export function mapChoiceInteraction(item: XmlElement, interaction: XmlElement): MappedInteraction {
  const declaration = declarationOf(item, interaction.attributes['response-identifier']);
  const usesMapping = isMapped(item) && declaration.mapping !== null;
  const told: PartialCredit | null = readPartialCredit(interaction.attributes['data-partial-credit']);
  const partialCredit = told ?? (usesMapping ? 'EXPLICIT_WEIGHTS' : 'ALL_OR_NOTHING');
  const choices = childrenOf(interaction, 'qti-simple-choice').map((choice) => {
    const weight = weightIn(declaration, choice.attributes.identifier ?? '', usesMapping);
    const counted = partialCredit === 'EXPLICIT_WEIGHTS' ? weight : Number(weight > 0);
    return { text: contentOf(choice), weight: counted, feedback: feedbackOf(choice) };
  });
  const multiple = interaction.attributes['max-choices'] !== '1' && declaration.isMultiple;
  return { body: { choice: { multiple, partialCredit, choices } }, notes: [] };
}

export function mapOrderInteraction(item: XmlElement, interaction: XmlElement): MappedInteraction | string {
  const { correct } = declarationOf(item, interaction.attributes['response-identifier']);
  const texts = new Map(
    childrenOf(interaction, 'qti-simple-choice').map((choice) => [
      choice.attributes.identifier,
      contentOf(choice),
    ]),
  );
  if (correct.length !== texts.size || correct.some((id) => !texts.has(id)))
    return 'its right order is not told';
  return { body: { order: { items: correct.map((id) => texts.get(id)) } }, notes: [] };
}

export function mapMatchInteraction(item: XmlElement, interaction: XmlElement): MappedInteraction | string {
  const { correct, mapping } = declarationOf(item, interaction.attributes['response-identifier']);
  const [left = [], right = []] = childrenOf(interaction, 'qti-simple-match-set').map((set) =>
    childrenOf(set, 'qti-simple-associable-choice').map((choice) => ({
      id: choice.attributes.identifier ?? '',
      text: contentOf(choice),
    })),
  );
  const given =
    correct.length > 0 ? correct : (mapping ?? []).filter(({ credit }) => credit > 0).map(({ key }) => key);
  const partners = new Map(given.map((pair) => pair.split(/\s+/) as [string, string]));
  const texts = new Map(right.map(({ id, text }) => [id, text]));
  if (given.length !== left.length || left.some(({ id }) => !texts.has(partners.get(id) ?? '')))
    return 'not every left side has one partner';
  const taken = new Set(partners.values());
  const pairs = left.map(({ id, text }) => ({ left: text, right: texts.get(partners.get(id) ?? '') }));
  const credits = new Set((mapping ?? []).filter(({ credit }) => credit > 0).map(({ credit }) => credit));
  return {
    body: { match: { pairs, distractors: right.filter(({ id }) => !taken.has(id)).map(({ text }) => text) } },
    notes: credits.size > 1 ? ['its pairs count the same now'] : [],
  };
}

/** The words of the item's modal feedbacks, by their identifiers. */
const modalTexts = (item: XmlElement): ReadonlyMap<string | undefined, string> =>
  new Map(
    childrenOf(item, 'qti-modal-feedback').map((feedback) => [
      feedback.attributes.identifier,
      readContent((childOf(feedback, 'qti-content-body') ?? feedback).children),
    ]),
  );

/** Finds the words that a branch has for a value of a response; for a value asked for again, those of the next branch. */
function createFeedbackFinder(item: XmlElement, identifier: string | undefined) {
  const branches = branchesOf(item, identifier).filter(({ outcomes }) => outcomes.has('FEEDBACK'));
  const texts = modalTexts(item);
  return (value: string): string | null => {
    const at = branches.findIndex((each) => each.value === value);
    const [branch] = at < 0 ? [] : branches.splice(at, 1);
    return texts.get(branch?.outcomes.get('FEEDBACK')) || null;
  };
}

const isNumber = (baseType: string) => baseType === 'float' || baseType === 'integer';

export const isNumeric = (item: XmlElement, interaction: XmlElement): boolean =>
  isNumber(declarationOf(item, interaction.attributes['response-identifier']).baseType);

/** Numbers: by branches that compare with a tolerance, by a mapping, or the right ones only. */
export function mapNumberEntry(item: XmlElement, interaction: XmlElement): MappedInteraction {
  const identifier = interaction.attributes['response-identifier'];
  const { correct, mapping } = declarationOf(item, identifier);
  const feedbackTo = createFeedbackFinder(item, identifier);
  const branches = branchesOf(item, identifier).filter(({ outcomes }) => outcomes.has('SCORE'));
  const texts = modalTexts(item);
  const told = branches.map(({ value, tolerance, outcomes }) => ({
    value,
    tolerance,
    weight: Number(outcomes.get('SCORE')),
    feedback: texts.get(outcomes.get('FEEDBACK')) || null,
  }));
  const mapped = (mapping ?? correct.map((key) => ({ key, credit: 1 }))).map(({ key, credit }) => ({
    value: key,
    tolerance: '0',
    weight: credit,
    feedback: feedbackTo(key),
  }));
  return { body: { numeric: { answers: told.length > 0 ? told : mapped } }, notes: [] };
}

const asPattern = (text: string) => text.replaceAll('*', '\\*');

/** The answers that a text entry takes, as patterns in which nothing stands for anything else. */
export function answersOfEntry(item: XmlElement, interaction: XmlElement) {
  const identifier = interaction.attributes['response-identifier'];
  const { correct, mapping } = declarationOf(item, identifier);
  const feedbackTo = createFeedbackFinder(item, identifier);
  const entries = mapping ?? correct.map((key) => ({ key, credit: 1, caseSensitive: false }));
  const cases = new Set(entries.map(({ caseSensitive }) => caseSensitive));
  return {
    answers: entries.map(({ key, credit }) => ({
      pattern: asPattern(key),
      weight: credit,
      feedback: feedbackTo(key),
    })),
    caseSensitive: cases.size === 1 && cases.has(true),
    notes: cases.size > 1 ? ['upper and lower case count the same now'] : [],
  };
}

const rubricSchema = z.array(
  z.object({ title: z.string(), levels: z.array(z.object({ points: z.number(), description: z.string() })) }),
);

function readRubric(value: string | undefined) {
  try {
    return rubricSchema.parse(JSON.parse(value ?? ''));
  } catch {
    return null;
  }
}

/** A long text, judged by a rubric that an attribute of ours carries. */
export function mapExtendedText({ attributes }: XmlElement): MappedInteraction {
  const rubric = readRubric(attributes['data-rubric']);
  const minWords = Number(attributes['data-min-words']);
  return {
    body: { essay: { rubric: rubric ?? defaultRubric, ...(minWords > 0 ? { minWords } : {}) } },
    notes: rubric ? [] : [defaultRubricNote],
  };
}

/** An inline choice: what to pick from and which of it is right. */
export function gapOfInlineChoice(item: XmlElement, interaction: XmlElement) {
  const declaration = declarationOf(item, interaction.attributes['response-identifier']);
  const feedbackTo = createFeedbackFinder(item, interaction.attributes['response-identifier']);
  const choices = childrenOf(interaction, 'qti-inline-choice').map((choice) => ({
    id: choice.attributes.identifier ?? '',
    text: textOf(choice).trim(),
  }));
  const answers = choices.map(({ id, text }) => ({
    pattern: text,
    weight: weightIn(declaration, id, declaration.mapping !== null),
    feedback: feedbackTo(id),
  }));
  return {
    choices: choices.map(({ text }) => text),
    answers: answers.filter(({ weight, feedback }) => weight !== 0 || feedback !== null),
    caseSensitive: false,
  };
}
