import { describe, expect, it } from '@jest/globals';
import type { ImportedItem } from './imported-question.ts';
import { readMoodleXml } from './moodle-xml.ts';

const quiz = (...questions: string[]) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n${questions.join('\n')}\n</quiz>`;
const text = (name: string, html: string) =>
  `<${name} format="html"><text><![CDATA[${html}]]></text></${name}>`;
const question = (type: string, inner: string, html = '<p>What is <b>it</b>?</p>') =>
  `<question type="${type}"><name><text>Named</text></name>${text('questiontext', html)}${inner}</question>`;
const answer = (fraction: number, value: string, more = '') =>
  `<answer fraction="${fraction}" format="html"><text>${value}</text>${more}</answer>`;

const readAll = (xml: string): ImportedItem[] => [...readMoodleXml(xml)];
const readOne = (xml: string) => {
  const [item] = readAll(quiz(xml));
  if (item?.kind !== 'QUESTION') throw new Error(JSON.stringify(item));
  return item;
};

describe('Moodle XML', () => {
  it('reads a choice question with all that is said about it', () => {
    const said = text('feedback', '<p>No, <i>really</i>.</p>');
    const inner = [
      text('generalfeedback', '<p>H<sub>2</sub>O</p>'),
      '<defaultgrade>2.0000000</defaultgrade><single>true</single>',
      answer(100, '&lt;p&gt;Water&lt;/p&gt;'),
      answer(-33.33333, 'Fire', said),
      '<tags><tag><text>osmosis</text></tag></tags>',
    ].join('');
    expect(readOne(question('multichoice', inner))).toMatchObject({
      line: 3,
      title: 'Named',
      prompt: 'What is **it**?',
      explanation: 'H<sub>2</sub>O',
      defaultScore: '2.0000000',
      tags: ['osmosis'],
      body: {
        choice: {
          multiple: false,
          partialCredit: 'EXPLICIT_WEIGHTS',
          choices: [
            { text: 'Water', weight: 1, feedback: null },
            { text: 'Fire', weight: -0.3333333, feedback: 'No, *really*.' },
          ],
        },
      },
      notes: [],
    });
  });

  it.each([
    [
      'truefalse',
      answer(100, 'true') + answer(0, 'false'),
      {
        choice: {
          choices: [
            { text: 'True', weight: 1 },
            { text: 'False', weight: 0 },
          ],
        },
      },
    ],
    [
      'shortanswer',
      `<usecase>1</usecase>${answer(100, 'H&amp;amp;M*')}`,
      { text: { caseSensitive: true, answers: [{ pattern: 'H&M*', weight: 1 }] } },
    ],
    [
      'numerical',
      answer(100, '3.14', '<tolerance>0.01</tolerance>'),
      { numeric: { answers: [{ value: '3.14', tolerance: '0.01' }], units: [] } },
    ],
    [
      'matching',
      '<subquestion format="html"><text>cat</text><answer><text>mammal</text></answer></subquestion><subquestion><text></text><answer><text>fish</text></answer></subquestion>',
      { match: { pairs: [{ left: 'cat', right: 'mammal' }], distractors: ['fish'] } },
    ],
    ['ordering', answer(2, 'second') + answer(1, 'first'), { order: { items: ['first', 'second'] } }],
    [
      'multichoiceset',
      answer(100, 'a') + answer(100, 'b') + answer(0, 'c'),
      { choice: { multiple: true, partialCredit: 'ALL_OR_NOTHING' } },
    ],
  ])('reads a question of the type %s', (type, inner, body) => {
    expect(readOne(question(type, inner)).body).toMatchObject(body);
  });

  it('reads an essay, which brings no rubric', () => {
    const inner = '<minwordlimit>50</minwordlimit><maxwordlimit>90</maxwordlimit>';
    const more = '<graderinfo format="html"><text>Look for osmosis.</text></graderinfo>';
    const { body, notes } = readOne(question('essay', inner + more));
    expect(body).toMatchObject({ essay: { minWords: 50, rubric: [{ title: 'Answer' }] } });
    expect(notes).toEqual([
      'it comes without a rubric: it was given one criterion, worth one point',
      'its greatest number of words is not kept',
      'what is said to its graders is not kept',
    ]);
  });

  it('reads gaps in a text, typed and chosen', () => {
    const html =
      '<p>The capital is {1:SHORTANSWER:=Berlin#Yes.~%50%Bonn}, on the {2:MULTICHOICE_V:Rhine~=Spree~Elbe#No \\} no.}.</p>';
    expect(readOne(question('cloze', '', html))).toMatchObject({
      prompt: 'The capital is {{1}}, on the {{2}}.',
      body: {
        cloze: {
          gaps: [
            {
              answers: [
                { pattern: 'Berlin', weight: 1, feedback: 'Yes.' },
                { pattern: 'Bonn', weight: 0.5 },
              ],
            },
            {
              choices: ['Rhine', 'Spree', 'Elbe'],
              answers: [
                { pattern: 'Spree', weight: 1 },
                { pattern: 'Elbe', weight: 0, feedback: 'No } no.' },
              ],
            },
          ],
        },
      },
      notes: ['its gaps count the same now'],
    });
    const boxes = ['sat', 'mat', 'hat'].map(
      (word) => `<selectoption><text>${word}</text><group>1</group></selectoption>`,
    );
    expect(readOne(question('gapselect', boxes.join(''), 'The cat [[1]] on the [[2]].'))).toMatchObject({
      prompt: 'The cat {{1}} on the {{2}}.',
      body: { cloze: { gaps: [{ answers: [{ pattern: 'sat' }] }, { answers: [{ pattern: 'mat' }] }] } },
    });
  });

  it('names what is no question, has no counterpart, or is not kept', () => {
    const items = readAll(
      quiz(
        '<question type="category"><category><text>$course$/top/Old</text></category></question>',
        question('calculated', ''),
        question('constructor', ''),
        question('description', ''),
        question('cloze', '', 'No gap here.'),
        question('cloze', '', '{1:NUMERICAL:=3:0.1}'),
        '<note>hello</note>',
        question(
          'shortanswer',
          `${answer(100, 'x')}<hint><text>look</text></hint><idnumber>Q7</idnumber><correctfeedback><text>Well done</text></correctfeedback>`,
        ),
        question(
          'numerical',
          `${answer(100, '1')}${answer(0, '*')}<units><unit><multiplier>1</multiplier><unit_name>m</unit_name></unit></units><unitgradingtype>0</unitgradingtype>`,
        ),
        question('multichoice', answer(100, 'a'), '<p><img src="@@PLUGINFILE@@/x.png"/></p>').replace(
          '</questiontext>',
          '<file name="x.png" encoding="base64">AAAA</file></questiontext>',
        ),
      ),
    );
    expect(
      items.map((item) => (item.kind === 'PROBLEM' ? [item.line, item.item, item.message] : item.notes)),
    ).toEqual([
      [3, '$course$/top/Old', 'categories are not kept'],
      [4, 'Named', 'questions of the type calculated are not supported'],
      [5, 'Named', 'questions of the type constructor are not supported'],
      [6, 'Named', 'a description without answers is not a question'],
      [7, 'Named', 'there is no gap in the text'],
      [8, 'Named', 'a gap takes numbers with a tolerance'],
      [9, 'note', '<note> is no question'],
      [
        'what is said to a right, a partly right and a wrong answer as a whole is not kept',
        'its hints are not kept',
        'its id number Q7 is not kept',
      ],
      ['what is said to any other number is not kept', 'its units are not kept: Moodle does not demand one'],
      ['the file x.png is not kept'],
    ]);
  });

  it('reads until a mistake, and says where it stopped', () => {
    const good = question('shortanswer', answer(100, 'x'));
    const items = readAll(`<quiz>\n${good}\n<question type="truefalse"><name>\n</question>\n${good}</quiz>`);
    expect(items).toMatchObject([
      { kind: 'QUESTION', line: 2 },
      { kind: 'PROBLEM', line: 4, message: expect.stringMatching(/nothing after this is read$/) },
    ]);
    expect(readAll('')).toMatchObject([{ kind: 'PROBLEM' }]);
    expect(readAll('not xml at all')).toMatchObject([{ kind: 'PROBLEM', line: 1 }]);
    expect(readAll(`${'<quiz>'.repeat(200)}`)).toMatchObject([
      { kind: 'PROBLEM', message: 'elements are nested more than 100 deep; nothing after this is read' },
    ]);
  });

  it.each([
    ['a foreign entity', '<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]>', '&x;'],
    ['an entity of entities', '<!DOCTYPE quiz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>', '&b;'],
    ['a parameter entity', '<!DOCTYPE quiz [<!ENTITY % r SYSTEM "http://127.0.0.1:1/x.dtd"> %r;]>', 'x'],
  ])('refuses %s', (_what, doctype, value) => {
    const items = readAll(
      `<?xml version="1.0"?>\n${doctype}\n<quiz>${question('shortanswer', answer(100, value))}</quiz>`,
    );
    expect(items).toEqual([
      {
        kind: 'PROBLEM',
        line: 2,
        item: null,
        message: 'a document type with declarations of its own is refused; nothing after this is read',
      },
    ]);
  });

  it('takes no entity that XML does not know', () => {
    expect(readAll(quiz(question('shortanswer', answer(100, '&nbsp;'))))).toMatchObject([
      { kind: 'PROBLEM', line: 3 },
    ]);
  });
});
