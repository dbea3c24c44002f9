import { childOf, childrenOf, descendantsOf, isElement, textOf, type XmlElement } from './xml.ts';

/** What an item says of a response: the right values and what each earns. */
export interface ResponseDeclaration {
  readonly baseType: string;
  readonly isMultiple: boolean;
  readonly correct: readonly string[];
  /** In their order; null without a mapping. */
  readonly mapping: readonly MapEntry[] | null;
}

interface MapEntry {
  readonly key: string;
  readonly credit: number;
  readonly caseSensitive: boolean;
}

/** A branch of the response processing: for a response of this value these outcomes are set. */
export interface Branch {
  readonly test: string;
  readonly value: string;
  readonly tolerance: string;
  readonly outcomes: ReadonlyMap<string, string>;
}

const nothing: ResponseDeclaration = { baseType: 'string', isMultiple: false, correct: [], mapping: null };

export function declarationOf(item: XmlElement, identifier: string | undefined): ResponseDeclaration {
  const found = childrenOf(item, 'qti-response-declaration').find(
    ({ attributes }) => attributes.identifier === identifier,
  );
  if (!found) return nothing;
  const mapping = childOf(found, 'qti-mapping');
  return {
    baseType: found.attributes['base-type'] ?? 'string',
    isMultiple: found.attributes.cardinality === 'multiple',
    correct: childrenOf(childOf(found, 'qti-correct-response') ?? item, 'qti-value').map((value) =>
      textOf(value).trim(),
    ),
    mapping: mapping
      ? childrenOf(mapping, 'qti-map-entry').map(({ attributes }) => ({
          key: attributes['map-key'] ?? '',
          credit: Number(attributes['mapped-value'] ?? 0),
          caseSensitive: attributes['case-sensitive'] === 'true',
        }))
      : null,
  };
}

/** Whether responses earn what the mapping says, rather than everything or nothing. */
export function isMapped(item: XmlElement): boolean {
  const processing = childOf(item, 'qti-response-processing');
  const template = processing?.attributes.template ?? '';
  return (
    template.includes('map_response') ||
    (!!processing && descendantsOf(processing, 'qti-map-response').length > 0)
  );
}

const understood = new Set([
  'base-value',
  'correct',
  'divide',
  'equal',
  'map-response',
  'match',
  'response-condition',
  'response-else',
  'response-else-if',
  'response-if',
  'set-outcome-value',
  'string-match',
  'sum',
  'variable',
]);

/** Rules of the response processing that are not looked at. */
export function unreadRules(item: XmlElement): string[] {
  const names = new Set<string>();
  const collect = (element: XmlElement): void => {
    for (const child of element.children.filter(isElement)) {
      if (!understood.has(child.name.replace(/^qti-/, ''))) names.add(child.name);
      collect(child);
    }
  };
  for (const processing of childrenOf(item, 'qti-response-processing')) collect(processing);
  return [...names];
}

/** The branches that compare a response with one value, in their order. */
export function branchesOf(item: XmlElement, identifier: string | undefined): Branch[] {
  const processing = childOf(item, 'qti-response-processing');
  if (!processing) return [];
  return descendantsOf(processing, 'qti-response-condition').flatMap((condition) =>
    condition.children.filter(isElement).flatMap((branch) => {
      const [test, ...actions] = branch.children.filter(isElement);
      const isOurs = childOf(test, 'qti-variable')?.attributes.identifier === identifier;
      if (!test || !isOurs) return [];
      return [
        {
          test: test.name,
          value: textOf(childOf(test, 'qti-base-value')),
          tolerance: test.attributes.tolerance?.trim().split(/\s+/)[0] ?? '0',
          outcomes: new Map(
            actions.map((action) => [
              action.attributes.identifier ?? '',
              textOf(childOf(action, 'qti-base-value')).trim(),
            ]),
          ),
        },
      ];
    }),
  );
}
