import { isElement, type XmlElement, type XmlNode } from './xml.ts';

const plainNames = new Set([
  'mapping',
  'prompt',
  'value',
  'equal',
  'variable',
  'match',
  'correct',
  'sum',
  'divide',
]);
const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * An item of QTI 2.1 or 2.2 in the names of QTI 3: `simpleChoice` is `qti-simple-choice` there and `maxChoices` is
 * `max-choices`. HTML within keeps its names, which have no capitals.
 */
export function inNamesOfQti3(root: XmlElement): XmlElement {
  return root.name === 'assessmentItem' ? rename(root) : root;
}

function rename({ name, attributes, children, line }: XmlElement): XmlElement {
  const isQti = /[A-Z]/.test(name) || plainNames.has(name);
  return {
    name: isQti ? `qti-${kebab(name)}` : name,
    attributes: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [kebab(key), value])),
    children: children.map((child: XmlNode) => (isElement(child) ? rename(child) : child)),
    line,
  };
}
