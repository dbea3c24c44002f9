import { fromHtml, toXhtml } from './markdown.ts';
import { innerXml, isElement, readElements, type XmlElement, type XmlNode } from './xml.ts';

export const isInteraction = ({ name }: XmlElement): boolean => /^qti-.*-interaction$/.test(name);

/** The interactions of a body in the order of the document. */
export const interactionsOf = ({ children }: Pick<XmlElement, 'children'>): XmlElement[] =>
  children.filter(isElement).flatMap((child) => (isInteraction(child) ? [child] : interactionsOf(child)));

/** The nodes with something else in the place of some elements; an element that is left empty by that goes too. */
export function replaceElements(
  nodes: readonly XmlNode[],
  replace: (element: XmlElement) => string | null,
): XmlNode[] {
  return nodes.flatMap((node): XmlNode[] => {
    if (!isElement(node)) return [node];
    const replacement = replace(node);
    if (replacement !== null) return replacement === '' ? [] : [replacement];
    const children = replaceElements(node.children, replace);
    const isEmpty = children.every((child) => !isElement(child) && child.trim() === '');
    const wasEmptied = isEmpty && node.children.some(isElement);
    return wasEmptied ? [] : [{ ...node, children }];
  });
}

/** XHTML as our own writer of XML has it, so that two of the same can be told. */
function canonical(xhtml: string): string {
  const [root] = readElements(`<div>${xhtml}</div>`, 0);
  return root && 'children' in root ? innerXml(root) : xhtml;
}

/**
 * The text of body content. An element of ours carries the Markdown it was made from; that counts as long as nobody has
 * changed what it was made into.
 */
export function readContent(nodes: readonly XmlNode[]): string {
  const told = nodes.filter((node) => isElement(node) || node.trim() !== '');
  const [only] = told;
  const markdown =
    told.length === 1 && only && isElement(only) ? only.attributes['data-markdown'] : undefined;
  if (only && isElement(only) && markdown !== undefined && innerXml(only) === canonical(toXhtml(markdown)))
    return markdown;
  return fromHtml(innerXml({ children: nodes }));
}
