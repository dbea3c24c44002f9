import { describe, expect, it } from '@jest/globals';
import { strToU8, zipSync } from 'fflate';
import { joinLines } from './extract-pdf.ts';
import { extractText } from './extract-text.ts';

const archive = (files: Record<string, string>) =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));

const paragraph = (text: string, properties = '') =>
  `<w:p><w:pPr>${properties}</w:pPr><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
const someDocx = (inner: string) =>
  archive({
    'word/document.xml': `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${inner}</w:body></w:document>`,
    'word/media/image.png': 'not read',
  });

const someEpub = (chapters: Record<string, string>) =>
  archive({
    mimetype: 'application/epub+zip',
    'META-INF/container.xml':
      '<container><rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
    'OEBPS/book.opf': `<package><manifest>${Object.keys(chapters)
      .toReversed()
      .map((name) => `<item id="${name}" href="text/${name}.xhtml" media-type="application/xhtml+xml"/>`)
      .join('')}</manifest><spine>${Object.keys(chapters)
      .map((name) => `<itemref idref="${name}"/>`)
      .join('')}</spine></package>`,
    ...Object.fromEntries(
      Object.entries(chapters).map(([name, html]) => [
        `OEBPS/text/${decodeURIComponent(name)}.xhtml`,
        `<html><head><title>T</title></head><body>${html}</body></html>`,
      ]),
    ),
  });

/** A PDF (ISO 32000) of one page with a line of Helvetica for each text. */
function somePdf(lines: readonly string[]): Uint8Array {
  const content = `BT /F1 12 Tf 72 720 Td 14 TL ${lines.map((line) => `(${line}) Tj T*`).join(' ')} ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const at = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const start = text.length;
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return strToU8(text, true);
}

describe('text of a file', () => {
  it('comes from plain text in UTF-8 and UTF-16', async () => {
    expect(await extractText('NOTE', Buffer.from('세포'))).toBe('세포');
    expect(await extractText('TRANSCRIPT', Buffer.from('\ufeff세포', 'utf16le'))).toBe('세포');
  });

  it('comes from a Word document with its headings and lists', async () => {
    const body = someDocx(
      [
        paragraph('Cells', '<w:pStyle w:val="Heading1"/>'),
        '<w:p><w:r><w:t>The cell is </w:t></w:r><w:r><w:t>the unit &amp; base of life.</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>',
        paragraph('nucleus', '<w:numPr><w:ilvl w:val="0"/></w:numPr>'),
        paragraph('세포막', '<w:numPr><w:ilvl w:val="0"/></w:numPr>'),
        '<w:p><w:r><w:t>one</w:t><w:br/><w:t>two</w:t></w:r></w:p>',
      ].join(''),
    );
    expect(await extractText('DOCX', body)).toBe(
      '# Cells\n\nThe cell is the unit & base of life.\n- nucleus\n- 세포막\n\none\ntwo',
    );
  });

  it('comes from a book in the order in which it is read', async () => {
    const body = someEpub({
      'a%20preface': '<p>Preface</p>',
      b: '<h1>One &mdash; <em>세포</em></h1>\n<p>First\n   paragraph.</p><script>alert(1)</script><ul><li>x</li><li>y</li></ul>',
      a: '<h2>Two</h2><p>Line<br/>break.</p><style>p{}</style>',
    });
    expect(await extractText('EPUB', body)).toBe(
      'Preface\n\n# One — 세포\n\nFirst paragraph.\n- x\n- y\n\n## Two\n\nLine\nbreak.',
    );
  });

  it('comes from a PDF, with its sentences whole', async () => {
    const body = somePdf([
      'The cell is the unit of',
      'life and repro-',
      'duces itself.',
      'It has a membrane.',
    ]);
    expect(await extractText('PDF', body)).toBe(
      'The cell is the unit of life and reproduces itself.\nIt has a membrane.',
    );
  });

  it('keeps what are lines of their own on a page', () => {
    expect(joinLines('Title:\n• one\n• two\n1. three\nAnd so\non. End.\n\nNext')).toBe(
      'Title:\n• one\n• two\n1. three And so on. End.\n\nNext',
    );
  });

  it.each([
    ['PDF', Buffer.from('<html>no pdf</html>')],
    ['PDF', Buffer.from('%PDF-1.7 but nothing else')],
    ['DOCX', Buffer.from('PK nothing')],
    ['DOCX', Buffer.from(archive({ 'other.xml': '<a/>' }))],
    ['EPUB', Buffer.from(archive({ 'META-INF/container.xml': '<container/>' }))],
    ['NOTE', Buffer.from([0xc3, 0x28])],
  ] as const)('is refused when the file is no %s', async (kind, body) => {
    await expect(extractText(kind, body)).rejects.toThrow('The ');
  });

  it('is refused when an archive unpacks to too much', async () => {
    const bomb = zipSync({ 'word/document.xml': new Uint8Array(101 * 1024 * 1024) }, { level: 9 });
    expect(bomb.length).toBeLessThan(200_000);
    await expect(extractText('DOCX', bomb)).rejects.toThrow('unpacks to too much');
  });

  it('is given up when it takes too long', async () => {
    await expect(extractText('PDF', somePdf(['x']), { timeoutMs: 1 })).rejects.toThrow('too long');
  });
});
