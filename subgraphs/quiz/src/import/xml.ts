import { SaxesParser, type SaxesTag } from 'saxes';

/** An element with its children in their order; names and attribute names without a namespace prefix, but for `xml:`. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlNode[];
  /** Where it begins, from 1. */
  readonly line: number;
}

export type XmlNode = XmlElement | string;

/** Why a document cannot be read on from a line. */
export interface XmlProblem {
  readonly line: number;
  readonly message: string;
}

interface OpenElement extends XmlElement {
  readonly children: XmlNode[];
}

const maxDepth = 100;
const chunkLength = 65_536;

const localName = (name: string) => (name.startsWith('xml:') ? name : name.replace(/^[^:]*:/, ''));

/**
 * Reads an XML 1.0 document and hands out the elements at a depth (0 is the root) as each of them closes. Nothing
 * outside the document is fetched; a document type with entities of its own, the way to make a small file large or to
 * read foreign ones, ends the reading, and so does whatever is not well-formed.
 */
export function* readElements(source: string, depth: 0 | 1): Generator<XmlElement | XmlProblem> {
  const { parser, state } = createParser(depth);
  for (let from = 0; from < source.length && !state.problem; from += chunkLength) {
    parser.write(source.slice(from, from + chunkLength));
    yield* state.finished.splice(0);
  }
  if (!state.problem) parser.close();
  yield* state.finished.splice(0);
  if (state.problem) yield state.problem;
}

function createParser(depth: number) {
  const parser = new SaxesParser({ position: true });
  const open: OpenElement[] = [];
  const state = { finished: [] as XmlElement[], problem: null as XmlProblem | null };
  const fail = (message: string) => {
    state.problem ??= { line: parser.line, message };
  };
  const addText = (text: string) => {
    if (!state.problem) open.at(-1)?.children.push(text);
  };

  parser.on('error', (error) => fail(error.message.replace(/^\d+:\d+: /, '').replace(/\.$/, '')));
  parser.on('doctype', (doctype) => {
    if (doctype.includes('[')) fail('a document type with declarations of its own is refused');
  });
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('opentag', (tag) => {
    if (open.length >= maxDepth) fail(`elements are nested more than ${maxDepth} deep`);
    if (!state.problem) open.push(toElement(tag, parser.line));
  });
  parser.on('closetag', () => {
    if (state.problem) return;
    const closed = open.pop();
    if (!closed) return;
    if (open.length === depth) state.finished.push(closed);
    else if (open.length > depth) open.at(-1)?.children.push(closed);
  });
  return { parser, state };
}

const toElement = ({ name, attributes }: SaxesTag, line: number): OpenElement => ({
  name: localName(name),
  attributes: Object.fromEntries(
    Object.entries(attributes).map(([attribute, value]) => [localName(attribute), String(value)]),
  ),
  children: [],
  line,
});

export const isElement = (node: XmlNode): node is XmlElement => typeof node !== 'string';

export const childrenOf = (element: XmlElement, name: string): XmlElement[] =>
  element.children.filter(isElement).filter((child) => child.name === name);

export const childOf = (element: XmlElement | undefined, name: string): XmlElement | undefined =>
  element?.children.filter(isElement).find((child) => child.name === name);

/** The elements of a name anywhere below, in the order of the document. */
export const descendantsOf = (element: XmlElement, name: string): XmlElement[] =>
  element.children
    .filter(isElement)
    .flatMap((child) => [...(child.name === name ? [child] : []), ...descendantsOf(child, name)]);

/** All text within. */
export const textOf = (element: XmlElement | undefined): string =>
  element?.children.map((child) => (isElement(child) ? textOf(child) : child)).join('') ?? '';

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

export const escapeXml = (text: string): string =>
  text.replace(/[&<>"\r]/g, (character) => escapes[character] ?? '');

/** For an attribute's value, in which a parser would make spaces of line ends and tabs. */
export const escapeAttribute = (text: string): string =>
  escapeXml(text).replace(/[\n\t]/g, (character) => `&#${character.charCodeAt(0)};`);

/** The children as XML again, in one form whatever theirs was. */
export const innerXml = ({ children }: Pick<XmlElement, 'children'>): string =>
  children.map(outerXml).join('');

function outerXml(node: XmlNode): string {
  if (!isElement(node)) return escapeXml(node);
  const attributes = Object.entries(node.attributes)
    .map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`)
    .join('');
  const inner = innerXml(node);
  return inner === '' ? `<${node.name}${attributes}/>` : `<${node.name}${attributes}>${inner}</${node.name}>`;
}
