/** The note types of an exported package, as Anki's collection of schema 11 has them in `col.models`. */
const css = '.card { font-family: sans-serif; font-size: 20px; text-align: center; }';

interface Template {
  readonly name: string;
  readonly question: string;
  readonly answer: string;
}

interface ModelPlan {
  readonly id: number;
  readonly name: string;
  readonly fields: readonly string[];
  readonly templates: readonly Template[];
  readonly isCloze?: boolean;
}

const toModel = ({ id, name, fields, templates, isCloze = false }: ModelPlan, deckId: number) => ({
  id,
  name,
  type: isCloze ? 1 : 0,
  mod: 0,
  usn: -1,
  sortf: 0,
  did: deckId,
  css,
  latexPre: '',
  latexPost: '',
  vers: [],
  tags: [],
  req: templates.map((_template, ord) => [ord, 'any', [0]]),
  flds: fields.map((field, ord) => ({
    name: field,
    ord,
    sticky: false,
    rtl: false,
    font: 'Arial',
    size: 20,
    media: [],
  })),
  tmpls: templates.map(({ name: title, question, answer }, ord) => ({
    name: title,
    ord,
    qfmt: question,
    afmt: answer,
    bqfmt: '',
    bafmt: '',
    did: null,
  })),
});

const forward = {
  name: 'Card 1',
  question: '{{Front}}',
  answer: '{{FrontSide}}\n\n<hr id=answer>\n\n{{Back}}',
};
const backward = {
  name: 'Card 2',
  question: '{{Back}}',
  answer: '{{FrontSide}}\n\n<hr id=answer>\n\n{{Front}}',
};
const sides = ['Front', 'Back'];

/** Ids by the kind of a note. Any number does that no other package uses: Anki keeps equal ids together. */
export const modelIds = { BASIC: 1_780_000_000_001, REVERSED: 1_780_000_000_002, CLOZE: 1_780_000_000_003 };

export const modelsOf = (deckId: number) => ({
  [modelIds.BASIC]: toModel(
    { id: modelIds.BASIC, name: 'StudyMate Basic', fields: sides, templates: [forward] },
    deckId,
  ),
  [modelIds.REVERSED]: toModel(
    { id: modelIds.REVERSED, name: 'StudyMate Reversed', fields: sides, templates: [forward, backward] },
    deckId,
  ),
  [modelIds.CLOZE]: toModel(
    {
      id: modelIds.CLOZE,
      name: 'StudyMate Cloze',
      fields: ['Text', 'Back Extra'],
      templates: [
        { name: 'Cloze', question: '{{cloze:Text}}', answer: '{{cloze:Text}}<br>\n{{Back Extra}}' },
      ],
      isCloze: true,
    },
    deckId,
  ),
});
