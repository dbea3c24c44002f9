import { createHash } from 'node:crypto';
import { strToU8, zipSync } from 'fflate';
import { nameItem } from '../import/imported-question.ts';
import { escapeAttribute } from '../import/xml.ts';
import type { ExportedQuestion } from './exported-question.ts';
import { content, element, modalFeedback } from './qti.elements.ts';
import { writeCloze, writeText } from './qti.gaps.ts';
import {
  type QtiParts,
  writeChoice,
  writeEssay,
  writeMatch,
  writeNumeric,
  writeOrder,
} from './qti.interactions.ts';

const namespace = 'http://www.imsglobal.org/xsd/imsqtiasi_v3p0';
const xmlHead = '<?xml version="1.0" encoding="UTF-8"?>\n';

const outcome = (identifier: string, baseType: string, value?: string) =>
  element(
    'qti-outcome-declaration',
    { identifier, cardinality: 'single', 'base-type': baseType },
    value === undefined ? '' : element('qti-default-value', {}, element('qti-value', {}, value)),
  );

function writeParts({ prompt, body }: ExportedQuestion): QtiParts | null {
  const { choice, text, numeric, match, order, cloze, essay } = body;
  if (choice) return writeChoice(choice);
  if (text) return writeText(text);
  if (numeric) return writeNumeric(numeric);
  if (match) return writeMatch(match);
  if (order) return writeOrder(order);
  if (essay) return writeEssay(essay);
  return cloze ? writeCloze(prompt, cloze) : null;
}

/**
 * The question as an assessment item of QTI 3.0 (1EdTech); null for what its declarations cannot say: a pattern with
 * `*`, a number with a unit. `data-` attributes, which others pass over, carry what QTI has no place for.
 */
export function writeQti(question: ExportedQuestion): string | null {
  const parts = writeParts(question);
  if (!parts) return null;
  const { title, prompt, explanation, language, difficulty, defaultScore, tags } = question;
  const isFeedback = parts.feedbacks.length > 0 || parts.body.includes('qti-feedback-inline');
  const cardinality = parts.declarations[0]?.includes('cardinality="multiple"') ? 'multiple' : 'single';
  const feedback = element('qti-outcome-declaration', {
    identifier: 'FEEDBACK',
    cardinality,
    'base-type': 'identifier',
  });
  const identifier = `q-${createHash('sha256').update(JSON.stringify(question)).digest('hex').slice(0, 24)}`;
  return `${xmlHead}${element(
    'qti-assessment-item',
    {
      xmlns: namespace,
      identifier,
      title: title ?? nameItem(null, prompt),
      adaptive: false,
      'time-dependent': false,
      'xml:lang': language,
    },
    ...parts.declarations,
    outcome('SCORE', 'float', '0'),
    isFeedback ? feedback : '',
    explanation === null ? '' : outcome('EXPLANATION', 'identifier', 'EXPLANATION'),
    element(
      'qti-item-body',
      {
        'data-untitled': title === null ? 'true' : null,
        'data-difficulty': difficulty === 'MEDIUM' ? null : difficulty,
        'data-default-score': Number(defaultScore) === 1 ? null : defaultScore,
        'data-tags': tags.length === 0 ? null : JSON.stringify(tags),
      },
      parts.hasPrompt ? '' : content(prompt),
      parts.body,
    ),
    parts.processing,
    ...parts.feedbacks,
    explanation === null ? '' : modalFeedback('EXPLANATION', 'EXPLANATION', explanation),
  )}\n`;
}

const placesOfNumber = 6;
const nameOf = (index: number) => `items/${String(index + 1).padStart(placesOfNumber, '0')}.xml`;
/** One date for all files, the first that ZIP knows, so that the same questions make the same package. */
const mtime = new Date(1980, 0, 1);

/** A content package (ZIP) of the items, with its manifest. */
export function packQti(items: readonly string[]): Uint8Array {
  const resources = items.map(
    (_item, index) =>
      `    <resource identifier="item-${index + 1}" type="imsqti_item_xmlv3p0" href="${escapeAttribute(nameOf(index))}"><file href="${escapeAttribute(nameOf(index))}"/></resource>\n`,
  );
  const manifest = [
    xmlHead,
    '<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="questions">\n',
    '  <metadata><schema>QTI Package</schema><schemaversion>3.0.0</schemaversion></metadata>\n',
    '  <organizations/>\n  <resources>\n',
    ...resources,
    '  </resources>\n</manifest>\n',
  ].join('');
  const files = items.map((item, index) => [nameOf(index), strToU8(item)] as const);
  return zipSync(Object.fromEntries([['imsmanifest.xml', strToU8(manifest)], ...files]), { mtime });
}
