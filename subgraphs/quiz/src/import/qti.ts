import { type ImportedItem, nameItem, problemAt } from './imported-question.ts';
import { interactionsOf, isInteraction, readContent, replaceElements } from './qti.content.ts';
import { unreadRules } from './qti.declarations.ts';
import {
  answersOfEntry,
  gapOfInlineChoice,
  isNumeric,
  type MappedInteraction,
  mapChoiceInteraction,
  mapExtendedText,
  mapMatchInteraction,
  mapNumberEntry,
  mapOrderInteraction,
} from './qti.interactions.ts';
import { inNamesOfQti3 } from './qti.names.ts';
import { readDifficulty, readTags } from './settings.ts';
import { childOf, childrenOf, descendantsOf, isElement, readElements, type XmlElement } from './xml.ts';

type Mapped = MappedInteraction & { readonly prompt: string };

const blank = '_____';

/**
 * Reads an assessment item of QTI 3.0, 2.2 or 2.1 (1EdTech). Right answers come from its declarations, and where its
 * response processing compares numbers, from there; rules beyond that are named.
 */
export function* readQti(source: string): Generator<ImportedItem> {
  for (const found of readElements(source, 0)) {
    if ('message' in found) yield problemAt(found.line, null, `${found.message}; nothing after this is read`);
    else yield readItem(inNamesOfQti3(found));
  }
}

function readItem(item: XmlElement): ImportedItem {
  const { name, attributes, line } = item;
  if (name !== 'qti-assessment-item') return problemAt(line, name, `<${name}> is no assessment item`);
  const body = childOf(item, 'qti-item-body');
  const own = body?.attributes ?? {};
  const title = own['data-untitled'] ? null : attributes.title?.trim() || null;
  const fail = (message: string) => problemAt(line, nameItem(title, attributes.identifier ?? ''), message);
  if (!body) return fail('it has no body');
  const mapped = mapBody(item, body);
  if (typeof mapped === 'string') return fail(mapped);
  const explanations = childrenOf(item, 'qti-modal-feedback').filter(isExplanation);
  return {
    kind: 'QUESTION',
    line,
    title,
    prompt: mapped.prompt,
    explanation: explanations.map(readFeedback).join('\n\n') || null,
    language: attributes['xml:lang'] ?? null,
    difficulty: readDifficulty(own['data-difficulty']),
    defaultScore: own['data-default-score'] ?? null,
    tags: readTags(own['data-tags']),
    body: mapped.body,
    notes: [...mapped.notes, ...leftOut(item, body)],
  };
}

const isExplanation = ({ attributes }: XmlElement) => attributes['outcome-identifier'] === 'EXPLANATION';
const readFeedback = (feedback: XmlElement) =>
  readContent((childOf(feedback, 'qti-content-body') ?? feedback).children);

function mapBody(item: XmlElement, body: XmlElement): Mapped | string {
  const interactions = interactionsOf(body);
  const [only] = interactions;
  if (!only) return 'it asks for nothing: there is no interaction';
  const isInline = interactions.every(({ name }) =>
    /^qti-(text-entry|inline-choice)-interaction$/.test(name),
  );
  if (interactions.length > 1 && !isInline) return 'it has more than one interaction';
  if (!isInline) return mapBlock(item, body, only);
  if (interactions.length === 1 && isNumeric(item, only)) {
    return { ...mapNumberEntry(item, only), prompt: promptAround(body, isAlone(body, only) ? '' : blank) };
  }
  if (interactions.length === 1 && only.name === 'qti-text-entry-interaction' && isAlone(body, only)) {
    const { notes, ...text } = answersOfEntry(item, only);
    const maxLength = Number(only.attributes['data-max-length']);
    return {
      body: { text: { ...text, ...(maxLength > 0 ? { maxLength } : {}) } },
      notes,
      prompt: promptAround(body, ''),
    };
  }
  return mapGaps(item, body, interactions);
}

function mapBlock(item: XmlElement, body: XmlElement, interaction: XmlElement): Mapped | string {
  const mapper = {
    'qti-choice-interaction': mapChoiceInteraction,
    'qti-order-interaction': mapOrderInteraction,
    'qti-match-interaction': mapMatchInteraction,
    'qti-extended-text-interaction': (_item: XmlElement, given: XmlElement) => mapExtendedText(given),
  }[interaction.name];
  if (!mapper) return `<${interaction.name}> is not supported`;
  const mapped = mapper(item, interaction);
  if (typeof mapped === 'string') return mapped;
  const asked = childOf(interaction, 'qti-prompt');
  const parts = [promptAround(body, ''), asked ? readContent(asked.children) : ''];
  return { ...mapped, prompt: parts.filter((part) => part !== '').join('\n\n') };
}

const isOutside = ({ name }: XmlElement) => name === 'qti-rubric-block';

/** What the body says around its interactions, with a mark in their places. */
const promptAround = (body: XmlElement, mark: string): string =>
  readContent(
    replaceElements(body.children, (element) =>
      isInteraction(element) ? mark : isOutside(element) ? '' : null,
    ),
  );

/** Whether an entry stands by itself rather than in a sentence. */
function isAlone(body: XmlElement, interaction: XmlElement): boolean {
  const parent = [body, ...allWithin(body)].find(({ children }) => children.includes(interaction));
  const isGap = allWithin(body).some(
    (element) => element.attributes.class === 'gaps' && allWithin(element).includes(interaction),
  );
  return (
    !isGap &&
    !!parent?.children.every((child) => child === interaction || (!isElement(child) && child.trim() === ''))
  );
}

const allWithin = (element: XmlElement): XmlElement[] =>
  element.children.filter(isElement).flatMap((child) => [child, ...allWithin(child)]);

function mapGaps(item: XmlElement, body: XmlElement, interactions: readonly XmlElement[]): Mapped | string {
  if (interactions.some((each) => isNumeric(item, each))) return 'a gap takes numbers';
  const read = interactions.map((each) =>
    each.name === 'qti-inline-choice-interaction'
      ? { ...gapOfInlineChoice(item, each), notes: [] }
      : answersOfEntry(item, each),
  );
  const prompt = readContent(
    replaceElements(body.children, (element) => {
      const place = interactions.indexOf(element);
      return place >= 0 ? `{{${place + 1}}}` : isOutside(element) ? '' : null;
    }),
  );
  const gaps = read.map(({ notes: _notes, ...gap }) => gap);
  return { body: { cloze: { gaps } }, notes: read.flatMap(({ notes }) => notes), prompt };
}

/** What an item knows and nothing here has a place for. */
function leftOut(item: XmlElement, body: XmlElement): string[] {
  const rules = unreadRules(item);
  const images = [...descendantsOf(body, 'img'), ...descendantsOf(body, 'object')].map(
    ({ attributes }) => `the file ${attributes.src ?? attributes.data ?? ''} is not kept`,
  );
  const rubrics = childrenOf(body, 'qti-rubric-block').filter(({ attributes }) => !attributes['data-rubric']);
  return [
    ...(rules.length > 0 ? [`rules of its response processing are not kept: ${rules.join(', ')}`] : []),
    ...(rubrics.length > 0 ? ['its rubric blocks are not kept'] : []),
    ...(childOf(item, 'qti-template-declaration') ? ['its template variables are not kept'] : []),
    ...images,
  ];
}
