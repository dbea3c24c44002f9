import { posix } from 'node:path';
import { Parser } from 'htmlparser2';
import { readMarkup } from './markup-text.ts';
import { UnreadableFileError } from './unreadable-file.ts';
import { readArchive } from './unzip.ts';

const container = 'META-INF/container.xml';

type Element = { readonly name: string; readonly attributes: Readonly<Record<string, string>> };

function readElements(xml: string): Element[] {
  const elements: Element[] = [];
  const parser = new Parser(
    { onopentag: (name, attributes) => void elements.push({ name: name.replace(/^.*:/u, ''), attributes }) },
    { xmlMode: true },
  );
  parser.end(xml);
  return elements;
}

/** The chapters' paths in reading order, as the package document gives them. */
function listChapters(packagePath: string, packageXml: string): string[] {
  const elements = readElements(packageXml);
  const manifest = new Map(
    elements
      .filter(({ name }) => name === 'item')
      .map(({ attributes }) => [attributes.id ?? '', attributes.href ?? '']),
  );
  return elements
    .filter(({ name }) => name === 'itemref')
    .flatMap(({ attributes }) => manifest.get(attributes.idref ?? '') ?? [])
    .map((href) => posix.join(posix.dirname(packagePath), decodeURIComponent(href)));
}

/** The text of a book (EPUB 2 and 3) as Markdown, its chapters in the order of the spine. */
export function extractEpub(body: Uint8Array): string {
  const files = readArchive(body, (name) => /\.(xml|opf|xhtml|html|htm)$/i.test(name));
  const root = readElements(files.get(container) ?? '').find(({ name }) => name === 'rootfile');
  const packagePath = root?.attributes['full-path'];
  const packageXml = packagePath === undefined ? undefined : files.get(packagePath);
  if (packagePath === undefined || packageXml === undefined) {
    throw new UnreadableFileError('The file is no EPUB book.');
  }
  return listChapters(packagePath, packageXml)
    .flatMap((path) => files.get(path) ?? [])
    .map(readMarkup)
    .filter((text) => text !== '')
    .join('\n\n');
}
