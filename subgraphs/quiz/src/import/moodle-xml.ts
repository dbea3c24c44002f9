import { type ImportedItem, nameItem, problemAt } from './imported-question.ts';
import {
  type MappedAnswers,
  mapChoice,
  mapEssay,
  mapMatching,
  mapNumerical,
  mapOrdering,
  mapShortAnswer,
  mapTrueFalse,
} from './moodle-answers.ts';
import { mapCloze, mapSelections } from './moodle-gaps.ts';
import { rawText, readMoodleText } from './moodle-text.ts';
import { readDifficulty } from './settings.ts';
import { childOf, childrenOf, readElements, textOf, type XmlElement } from './xml.ts';

type Mapper = (question: XmlElement) => (MappedAnswers & { readonly prompt?: string }) | string;

const mappers = new Map<string, Mapper>(
  Object.entries({
    multichoice: (question: XmlElement) => mapChoice(question, null),
    multichoiceset: (question: XmlElement) => mapChoice(question, 'ALL_OR_NOTHING'),
    truefalse: mapTrueFalse,
    shortanswer: mapShortAnswer,
    numerical: mapNumerical,
    matching: mapMatching,
    ordering: mapOrdering,
    essay: mapEssay,
    cloze: mapCloze,
    multianswer: mapCloze,
    gapselect: mapSelections,
    ddwtos: mapSelections,
  }),
);

/**
 * Reads a Moodle XML file (docs.moodle.org/en/Moodle_XML_format). A question of a type that has no counterpart here is
 * named with its line, and so is what of a question is not kept.
 */
export function* readMoodleXml(source: string): Generator<ImportedItem> {
  for (const found of readElements(source, 1)) {
    if ('message' in found) yield problemAt(found.line, null, `${found.message}; nothing after this is read`);
    else if (found.name === 'question') yield readQuestion(found);
    else yield problemAt(found.line, found.name, `<${found.name}> is no question`);
  }
}

function readQuestion(question: XmlElement): ImportedItem {
  const { line } = question;
  const type = question.attributes.type ?? '';
  const title = rawText(childOf(question, 'name')).trim() || null;
  const { text: prompt, notes } = readMoodleText(childOf(question, 'questiontext'));
  const fail = (message: string) => problemAt(line, nameItem(title, prompt), message);
  if (type === 'category') {
    return problemAt(line, nameItem(null, rawText(childOf(question, 'category'))), 'categories are not kept');
  }
  if (type === 'description') return fail('a description without answers is not a question');
  const mapped = mappers.get(type)?.(question) ?? `questions of the type ${type} are not supported`;
  if (typeof mapped === 'string') return fail(mapped);
  const explanation = readMoodleText(childOf(question, 'generalfeedback'));
  return {
    kind: 'QUESTION',
    line,
    title,
    prompt: mapped.prompt ?? prompt,
    explanation: explanation.text || null,
    language: question.attributes.language ?? null,
    difficulty: readDifficulty(question.attributes.difficulty),
    defaultScore: textOf(childOf(question, 'defaultgrade')).trim() || null,
    tags: childrenOf(childOf(question, 'tags') ?? question, 'tag').map((tag) => rawText(tag).trim()),
    body: mapped.body,
    notes: [...notes, ...explanation.notes, ...mapped.notes, ...leftOut(question)],
  };
}

const overallFeedback = ['correctfeedback', 'partiallycorrectfeedback', 'incorrectfeedback'];

/** What Moodle knows of a question and nothing here has a place for. */
function leftOut(question: XmlElement): string[] {
  const said = overallFeedback.some((name) => rawText(childOf(question, name)).trim() !== '');
  const idNumber = textOf(childOf(question, 'idnumber')).trim();
  return [
    ...(said ? ['what is said to a right, a partly right and a wrong answer as a whole is not kept'] : []),
    ...(childrenOf(question, 'hint').length > 0 ? ['its hints are not kept'] : []),
    ...(idNumber ? [`its id number ${idNumber} is not kept`] : []),
  ];
}
