import { describe, expect, it } from '@jest/globals';
import { type EventPayload, type GenerationOutput, newId } from '@studymate/contracts';
import { newObjectKey } from '@studymate/storage';
import { deliver, outboxOf, someKey, someViewer } from '@studymate/testkit';
import { openStudy } from '../../tests/world.ts';
import { studyEvents } from '../worker.ts';

const study = await openStudy();
const { tell } = study;

const text = 'The cell 😀 is the unit of life. 세포는 생명의 단위이다.';
const quote = '😀 is the unit';

async function someMaterial() {
  const viewer = someViewer();
  const subject = await study.someSubject(viewer);
  const material = await tell(
    viewer,
    'mutation ($id: ID!, $text: Markdown!, $key: String!) { createMaterial(subjectId: $id, title: "Cells", kind: NOTE, content: $text, idempotencyKey: $key) { ... on Material { id } } }',
    { id: subject.id, text, key: someKey() },
  );
  const span = { materialId: String(material.id), revision: 1, start: 9, end: 22, quote };
  return { viewer, subjectId: String(subject.id), materialId: String(material.id), span };
}
type Made = Awaited<ReturnType<typeof someMaterial>>;

/** Lets AI have produced an output, delivered twice. */
async function produce(
  made: Made,
  output: GenerationOutput,
  change: Partial<EventPayload<'ai.generation.produced'>> = {},
) {
  const outputKey = newObjectKey({ kind: 'summary' });
  await study.objects.put(outputKey, JSON.stringify(output), 'application/json');
  const payload = {
    generationId: newId('Generation'),
    userId: made.viewer.id,
    kind: output.kind,
    subjectId: made.subjectId,
    materialId: made.materialId,
    materialRevision: 1,
    language: 'en',
    outputId: newId(output.kind === 'SUMMARY' ? 'Summary' : 'Deck'),
    outputKey,
    ...change,
  };
  const event = { name: 'ai.generation.produced', payload, id: someKey() } as const;
  await deliver(study.contextOf(null), studyEvents['ai.generation.produced'], event);
  await deliver(study.contextOf(null), studyEvents['ai.generation.produced'], event);
  await deliver(study.contextOf(null), studyEvents['ai.generation.produced'], { ...event, id: someKey() });
  return payload;
}

const summary = ({ span }: Made): GenerationOutput => ({
  kind: 'SUMMARY',
  title: 'Cells',
  language: 'en',
  style: 'BULLETS',
  body: '- The cell is the unit of life. [1]',
  citations: [span],
});
const flashcards = ({ span }: Made): GenerationOutput => ({
  kind: 'FLASHCARDS',
  title: 'Cells',
  language: 'en',
  cards: [
    { front: 'What is the cell?', back: 'The unit of life', sources: [span] },
    { front: 'The unit', back: 'life', cloze: 'The cell is the unit of {{c1::life}}.', sources: [span] },
    { front: 'Made up?', back: 'Yes', sources: [{ ...span, quote: 'is not the text' }] },
  ],
});
const told = async (generationId: string) =>
  (await outboxOf(study.database))
    .filter(({ payload }) => payload.generationId === generationId)
    .map(({ name }) => name);

describe('summary', () => {
  it('is stored under the promised id, once, with citations that match the text', async () => {
    const made = await someMaterial();
    const { outputId, generationId } = await produce(made, summary(made));
    const stored = await study.tellEntity(
      made.viewer,
      ['Summary', outputId],
      'title style body stale acceptedByUser materialRevision material { id content } citations { materialId revision start end quote }',
    );
    expect(stored).toMatchObject({
      style: 'BULLETS',
      stale: false,
      acceptedByUser: false,
      materialRevision: 1,
      citations: [made.span],
    });
    const [citation] = stored.citations;
    expect(Array.from(String(stored.material.content)).slice(citation.start, citation.end).join('')).toBe(
      quote,
    );
    expect(await told(generationId)).toContain('study.output.stored');
    const listed = await study.tellEntity(
      made.viewer,
      ['Subject', made.subjectId],
      'summaries { totalCount edges { node { id } } } materials { edges { node { summaries { id } } } }',
    );
    expect(listed.summaries).toEqual({ totalCount: 1, edges: [{ node: { id: outputId } }] });
    expect(listed.materials.edges[0].node.summaries).toEqual([{ id: outputId }]);
  });

  it('goes stale with its source', async () => {
    const made = await someMaterial();
    const { outputId } = await produce(made, summary(made));
    await tell(
      made.viewer,
      'mutation ($id: ID!) { reviseMaterial(id: $id, content: "Else.", expectedRevision: 1) { __typename } }',
      { id: made.materialId },
    );
    expect(await study.tellEntity(made.viewer, ['Summary', outputId], 'stale')).toEqual({ stale: true });
  });

  it('is accepted by its owner', async () => {
    const made = await someMaterial();
    const { outputId } = await produce(made, summary(made));
    const accept =
      'mutation ($id: ID!) { acceptSummary(id: $id) { __typename ... on Summary { acceptedByUser } } }';
    expect(await tell(someViewer(), accept, { id: outputId })).toEqual({ __typename: 'NotFoundError' });
    expect(await tell(made.viewer, accept, { id: outputId })).toEqual({
      __typename: 'Summary',
      acceptedByUser: true,
    });
    expect(await tell(made.viewer, accept, { id: outputId })).toMatchObject({ acceptedByUser: true });
    expect(await study.tellEntity(someViewer(), ['Summary', outputId])).toBeNull();
  });

  it.each([
    [
      'a quote that is not the text',
      (made: Made) => ({ span: { ...made.span, quote: 'is not' }, change: {} }),
    ],
    ['offsets in UTF-16 units', (made: Made) => ({ span: { ...made.span, end: 23 }, change: {} })],
    ['another revision', (made: Made) => ({ span: made.span, change: { materialRevision: 2 } })],
    ['another learner', (made: Made) => ({ span: made.span, change: { userId: newId('User') } })],
  ])('is not stored with %s', async (_what, spoil) => {
    const made = await someMaterial();
    const { span, change } = spoil(made);
    await expect(produce(made, summary({ ...made, span }), change)).rejects.toThrow('Generation');
    expect(await study.database.summary.count({ where: { materialId: made.materialId } })).toBe(0);
  });
});

describe('flashcards from AI', () => {
  it('become a deck under the promised id, without the cards that rest on nothing', async () => {
    const made = await someMaterial();
    const { outputId, generationId } = await produce(made, flashcards(made));
    const deck = await study.tellEntity(
      made.viewer,
      ['Deck', outputId],
      'title subject { id } preset { name } cards { totalCount edges { node { kind front cloze source { quote } skills { code } schedule { state } } } }',
    );
    expect(deck).toMatchObject({
      title: 'Cells',
      subject: { id: made.subjectId },
      preset: { name: 'Standard' },
    });
    expect(deck.cards).toMatchObject({
      totalCount: 2,
      edges: [
        {
          node: {
            kind: 'BASIC',
            front: 'What is the cell?',
            source: { quote },
            skills: [{ code: 'general' }],
            schedule: { state: 'NEW' },
          },
        },
        { node: { kind: 'CLOZE', cloze: 'The cell is the unit of {{c1::life}}.' } },
      ],
    });
    expect(await told(generationId)).toContain('study.output.stored');
  });

  it('leaves quizzes to quiz', async () => {
    const made = await someMaterial();
    const { generationId } = await produce(made, summary(made), { kind: 'QUIZ' });
    expect(await told(generationId)).toEqual([]);
  });
});
