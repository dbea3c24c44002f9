import { fromHtml, toXhtml } from '../import/markdown.ts';
import { escapeAttribute, escapeXml } from '../import/xml.ts';

type Attributes = Readonly<Record<string, string | number | boolean | null>>;

/** An element; attributes that are null are left out. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => ` ${key}="${escapeAttribute(String(value))}"`)
    .join('');
  const inner = children.join('');
  return inner === '' ? `<${name}${written}/>` : `<${name}${written}>${inner}</${name}>`;
}

export const base = (type: string, value: string) =>
  element('qti-base-value', { 'base-type': type }, escapeXml(value));

export const setOutcome = (identifier: string, value: string) =>
  element('qti-set-outcome-value', { identifier }, value);

/**
 * Markdown as XHTML. Where the way back from XHTML would not be the same text, the element carries the text as well. `gaps`
 * puts interactions into it.
 */
export function content(markdown: string, gaps?: (xhtml: string) => string): string {
  const xhtml = toXhtml(markdown);
  const isTold = fromHtml(xhtml) === markdown;
  const attributes = { class: gaps ? 'gaps' : null, 'data-markdown': isTold ? null : markdown };
  return element('div', attributes, gaps ? gaps(xhtml) : xhtml);
}

export interface Mapping {
  readonly key: string;
  readonly credit: string;
  readonly caseSensitive?: boolean;
}

export interface Declaration {
  readonly identifier: string;
  readonly cardinality: 'single' | 'multiple' | 'ordered';
  readonly baseType: string;
  readonly correct: readonly string[];
  readonly mapping?: readonly Mapping[];
}

/** A response declaration with its right values and, where credit is mapped, what each value earns. */
export function declare({ identifier, cardinality, baseType, correct, mapping }: Declaration): string {
  const values = correct.map((value) => element('qti-value', {}, escapeXml(value)));
  const entries = (mapping ?? []).map(({ key, credit, caseSensitive }) =>
    element('qti-map-entry', {
      'map-key': key,
      'mapped-value': credit,
      'case-sensitive': caseSensitive ?? null,
    }),
  );
  return element(
    'qti-response-declaration',
    { identifier, cardinality, 'base-type': baseType },
    values.length > 0 ? element('qti-correct-response', {}, ...values) : '',
    mapping
      ? element('qti-mapping', { 'default-value': 0, 'lower-bound': 0, 'upper-bound': 1 }, ...entries)
      : '',
  );
}

export interface Condition {
  readonly test: string;
  readonly outcomes: readonly string[];
}

/** If this then that, else if …; nothing without conditions. */
export function branch(conditions: readonly Condition[]): string {
  const branches = conditions.map(({ test, outcomes }, index) =>
    element(index === 0 ? 'qti-response-if' : 'qti-response-else-if', {}, test, ...outcomes),
  );
  return branches.length > 0 ? element('qti-response-condition', {}, ...branches) : '';
}

export const modalFeedback = (outcome: string, identifier: string, markdown: string) =>
  element(
    'qti-modal-feedback',
    { 'outcome-identifier': outcome, identifier, 'show-hide': 'show' },
    element('qti-content-body', {}, content(markdown)),
  );
