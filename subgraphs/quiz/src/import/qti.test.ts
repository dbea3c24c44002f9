import { describe, expect, it } from '@jest/globals';
import { strToU8, zipSync } from 'fflate';
import { exportBank, makeShelf, readFile } from '../../tests/exchange.ts';
import { createWorld, makeBank, makeQuestion } from '../../tests/world.ts';
import { readQti } from './qti.ts';
import { readQtiPackage } from './qti-package.ts';

const world = await createWorld();

const template = 'https://purl.imsglobal.org/spec/qti/v3p0/rptemplates';
const item = (inner: string, title = 'Unattended Luggage') =>
  `<?xml version="1.0"?>\n<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="i" title="${title}" xml:lang="en">\n${inner}\n</qti-assessment-item>`;
const declaration = (cardinality: string, type: string, correct: readonly string[], mapping = '') =>
  `<qti-response-declaration identifier="RESPONSE" cardinality="${cardinality}" base-type="${type}"><qti-correct-response>${correct.map((value) => `<qti-value>${value}</qti-value>`).join('')}</qti-correct-response>${mapping}</qti-response-declaration>`;
const choices = ['A', 'B', 'C']
  .map((id) => `<qti-simple-choice identifier="${id}">You <b>${id}</b></qti-simple-choice>`)
  .join('');
const body = (inner: string) => `<qti-item-body>${inner}</qti-item-body>`;
const processing = (name: string) => `<qti-response-processing template="${template}/${name}.xml"/>`;

const readOne = (xml: string) => {
  const [found] = readQti(xml);
  if (found?.kind !== 'QUESTION') throw new Error(JSON.stringify(found));
  return found;
};
const problemOf = (xml: string) =>
  [...readQti(xml)].map((found) => ('message' in found ? found.message : found.notes));

describe('QTI', () => {
  it('reads a choice, exact or by a mapping', () => {
    const interaction = (max: number) =>
      `<p>Look at the <i>text</i>.</p><qti-choice-interaction response-identifier="RESPONSE" max-choices="${max}"><qti-prompt>What does it say?</qti-prompt>${choices}</qti-choice-interaction>`;
    expect(
      readOne(
        item(declaration('single', 'identifier', ['B']) + body(interaction(1)) + processing('match_correct')),
      ),
    ).toMatchObject({
      line: 2,
      title: 'Unattended Luggage',
      language: 'en',
      prompt: 'Look at the *text*.\n\nWhat does it say?',
      body: {
        choice: {
          multiple: false,
          partialCredit: 'ALL_OR_NOTHING',
          choices: [{ text: 'You **A**', weight: 0 }, { text: 'You **B**', weight: 1 }, { weight: 0 }],
        },
      },
      notes: [],
    });
    const mapping =
      '<qti-mapping><qti-map-entry map-key="A" mapped-value="0.5"/><qti-map-entry map-key="C" mapped-value="-0.5"/></qti-mapping>';
    expect(
      readOne(
        item(
          declaration('multiple', 'identifier', ['A'], mapping) +
            body(interaction(0)) +
            processing('map_response'),
        ),
      ).body,
    ).toMatchObject({
      choice: {
        multiple: true,
        partialCredit: 'EXPLICIT_WEIGHTS',
        choices: [{ weight: 0.5 }, { weight: 0 }, { weight: -0.5 }],
      },
    });
  });

  it('reads the names of QTI 2', () => {
    const xml = `<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="i" title="Old">
      <responseDeclaration identifier="RESPONSE" cardinality="ordered" baseType="identifier"><correctResponse><value>B</value><value>A</value></correctResponse></responseDeclaration>
      <itemBody><orderInteraction responseIdentifier="RESPONSE" shuffle="true"><prompt>Order!</prompt><simpleChoice identifier="A">a</simpleChoice><simpleChoice identifier="B">b</simpleChoice></orderInteraction></itemBody>
    </assessmentItem>`;
    expect(readOne(xml)).toMatchObject({
      title: 'Old',
      prompt: 'Order!',
      body: { order: { items: ['b', 'a'] } },
    });
  });

  it('reads entries in a sentence as gaps, and one by itself as a text', () => {
    const entry = '<qti-text-entry-interaction response-identifier="RESPONSE"/>';
    const mapping =
      '<qti-mapping><qti-map-entry map-key="York" mapped-value="1" case-sensitive="true"/><qti-map-entry map-key="2*2" mapped-value="0.5" case-sensitive="true"/></qti-mapping>';
    const declared = declaration('single', 'string', ['York'], mapping);
    expect(readOne(item(declared + body(`<p>Made summer by this sun of ${entry}.</p>`)))).toMatchObject({
      prompt: 'Made summer by this sun of {{1}}.',
      body: {
        cloze: {
          gaps: [{ caseSensitive: true, answers: [{ pattern: 'York' }, { pattern: '2\\*2', weight: 0.5 }] }],
        },
      },
    });
    expect(readOne(item(declared + body(`<p>Where?</p><div>${entry}</div>`)))).toMatchObject({
      prompt: 'Where?',
      body: {
        text: { caseSensitive: true, answers: [{ pattern: 'York', weight: 1 }, { pattern: '2\\*2' }] },
      },
    });
    expect(
      readOne(item(declaration('single', 'float', ['3.5']) + body(`<p>About ${entry} m.</p>`))),
    ).toMatchObject({
      prompt: 'About \\_\\_\\_\\_\\_ m.',
      body: { numeric: { answers: [{ value: '3.5', tolerance: '0', weight: 1 }] } },
    });
  });

  it('names what it cannot read or keep', () => {
    expect(problemOf(item(body('<p>Nothing</p>')))).toEqual(['it asks for nothing: there is no interaction']);
    expect(problemOf(item(''))).toEqual(['it has no body']);
    expect(problemOf(item(body('<qti-hotspot-interaction response-identifier="RESPONSE"/>')))).toEqual([
      '<qti-hotspot-interaction> is not supported',
    ]);
    expect(
      problemOf(
        item(
          body(`<qti-order-interaction response-identifier="RESPONSE">${choices}</qti-order-interaction>`),
        ),
      ),
    ).toEqual(['its right order is not told']);
    expect(problemOf('<qti-assessment-test/>')).toEqual(['<qti-assessment-test> is no assessment item']);
    expect(problemOf('<qti-assessment-item><p>')).toEqual([
      expect.stringContaining('nothing after this is read'),
    ]);
    expect(problemOf('<!DOCTYPE x [<!ENTITY a "b">]><qti-assessment-item/>')[0]).toContain('refused');
    const rules =
      '<qti-response-processing><qti-lookup-outcome-value identifier="SCORE"/></qti-response-processing>';
    const picture = `<p><img src="a.png" alt="x"/></p><qti-extended-text-interaction response-identifier="RESPONSE"/>`;
    expect(problemOf(item(body(picture) + rules))).toEqual([
      [
        'it comes without a rubric: it was given one criterion, worth one point',
        'rules of its response processing are not kept: qti-lookup-outcome-value',
        'the file a.png is not kept',
      ],
    ]);
  });
});

describe('a QTI package', () => {
  const essay = item(body('<p>Write.</p><qti-extended-text-interaction response-identifier="RESPONSE"/>'));

  it('comes back as it was written, every kind of question that it can carry', async () => {
    const { author, bankId } = await makeShelf(world);
    const explanation = 'Because **so**.';
    const questions = [
      { prompt: 'Order *them*.', order: { items: ['first', '2. `second`'] } },
      {
        prompt: 'Write.',
        text: { answers: [{ pattern: 'H\\*O', weight: 0.5, feedback: 'Nearly.' }], caseSensitive: true },
      },
      { prompt: 'Count.', numeric: { answers: [{ value: '3.14', tolerance: '0.01', weight: 1 }] } },
      {
        prompt: 'Fill {{1}}, {{2}}.',
        cloze: {
          gaps: [
            { answers: [{ pattern: 'a', weight: 1 }] },
            { choices: ['x', 'y'], answers: [{ pattern: 'y', weight: 1 }] },
          ],
        },
      },
    ];
    for (const question of questions) await makeQuestion(world, author, { bankId, explanation, ...question });
    const first = await exportBank(world, author.viewer, { bankId, format: 'QTI3' });
    expect(first).toMatchObject({ filename: 'Cells.qti3.zip', questionCount: 4, problems: [] });
    const copyId = await makeBank(world, author);
    const report = await readFile(world, author.viewer, { bankId: copyId, format: 'QTI3', body: first.file });
    expect(report).toMatchObject({ status: 'DONE', accepted: 4, problems: [] });
    const second = await exportBank(world, author.viewer, { bankId: copyId, format: 'QTI3' });
    expect(second.sha256).toBe(first.sha256);
  });

  it('has every file of it read or named', () => {
    const files = {
      'imsmanifest.xml': '<manifest/>',
      'b/one.xml': essay,
      'two.xml': '<x',
      'media/a.png': 'png',
    };
    const bytes = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]));
    expect([...readQtiPackage(zipSync(bytes))]).toMatchObject([
      { item: { kind: 'PROBLEM', item: 'media/a.png', message: 'the file is not kept' } },
      { item: { kind: 'QUESTION', prompt: 'Write.' }, share: 0.5 },
      { item: { kind: 'PROBLEM', item: 'two.xml' }, share: 1 },
    ]);
  });

  it('unpacks no more than it may', () => {
    const problemsOf = (bytes: Uint8Array) =>
      [...readQtiPackage(bytes)].map(({ item: found }) =>
        found.kind === 'PROBLEM' ? found.message : found.prompt,
      );
    const large = zipSync(
      { 'large.xml': new Uint8Array(3 * 1024 * 1024), 'one.xml': strToU8(essay) },
      { level: 9 },
    );
    expect(problemsOf(large)).toEqual(['the file is damaged or larger than 2 MiB', 'Write.']);
    const bomb = zipSync({ 'bomb.xml': new Uint8Array(101 * 1024 * 1024) }, { level: 9 });
    expect(bomb.length).toBeLessThan(200_000);
    expect(problemsOf(bomb)).toEqual(['the package unpacks to more than 100 MiB']);
    const many = Object.fromEntries(
      Array.from({ length: 20_001 }, (_, index) => [`${index}.xml`, new Uint8Array()]),
    );
    expect(problemsOf(zipSync(many, { level: 0 }))).toEqual(['the package holds more than 20000 files']);
    expect(problemsOf(strToU8('PK\u0003\u0004 and nothing'))).toEqual([
      'the package is damaged or no ZIP file',
    ]);
    const liar = zipSync({ 'liar.xml': strToU8(`${' '.repeat(500_000)}${essay}`) }, { level: 9 });
    const directory = Buffer.from(liar).lastIndexOf('PK\u0001\u0002');
    Buffer.from(liar.buffer, liar.byteOffset).writeUInt32LE(10, directory + 24);
    expect(problemsOf(liar)).not.toContain('Write.');
  });
});
