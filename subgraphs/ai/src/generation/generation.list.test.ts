import { describe, expect, it } from '@jest/globals';
import { newId, type Viewer } from '@studymate/contracts';
import { asker, countQueries, someViewer } from '@studymate/testkit';
import { createWorld } from '../../tests/world.ts';
import { createContext } from '../context.ts';
import { schema } from '../schema.ts';

const world = await createWorld();
const { client, sent } = countQueries(world.database);
const ask = asker(schema, (viewer) =>
  createContext({ database: client as never, resources: { models: [] }, viewer }),
);

/** Generations of the learner, the first the oldest; two share an instant. */
async function giveGenerations(
  learner: Viewer,
  count: number,
  materialId = newId('Material'),
): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const id = newId('Generation');
    ids.push(id);
    await world.database.generation.create({
      data: {
        id,
        userId: learner.id,
        kind: index % 2 === 0 ? 'SUMMARY' : 'QUIZ',
        state: 'SUCCEEDED',
        materialId,
        materialRevision: 1,
        subjectId: newId('Subject'),
        title: 'Notes',
        language: 'en',
        parameters: {},
        promptVersion: '1',
        maxCredits: 1,
        credits: 1,
        outputId: newId('Summary'),
        createdAt: new Date(Date.UTC(2026, 0, 1 + Math.floor(index / 2))),
        finishedAt: new Date(Date.UTC(2026, 0, 1 + Math.floor(index / 2))),
        attempts: {
          create: {
            id: `${id}-1`,
            number: 1,
            provider: 'embedded',
            model: 'embedded-1',
            startedAt: new Date(),
            latencyMs: 12,
            outcome: 'OK',
          },
        },
      },
    });
  }
  return ids;
}

const entities = `query ($of: [_Any!]!, $first: Int, $after: String, $kind: GenerationKind) {
  _entities(representations: $of) {
    ... on User {
      generations(first: $first, after: $after, kind: $kind) {
        totalCount pageInfo { hasNextPage endCursor }
        edges { node { id kind attempts { outcome } usage { inputTokens } output { __typename } } }
      }
    }
    ... on Material { generations(first: $first) { totalCount edges { node { id attempts { outcome } } } } }
  }
}`;

describe('lists of generations', () => {
  it('page through the own ones, newest first, each once, also where instants are equal', async () => {
    const learner = someViewer();
    const ids = await giveGenerations(learner, 7);
    const of = [{ __typename: 'User', id: learner.id }];
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { data } = await ask(learner, entities, { of, first: 3, after });
      const page = data._entities[0].generations;
      expect(page.totalCount).toBe(7);
      seen.push(...page.edges.map(({ node }: { node: { id: string } }) => node.id));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);

    expect(new Set(seen)).toEqual(new Set(ids));
    expect(seen).toHaveLength(7);
    expect(seen.at(0)).toBe(ids.at(6));

    const quizzes = await ask(learner, entities, { of, first: 10, kind: 'QUIZ' });
    expect(quizzes.data._entities[0].generations.totalCount).toBe(3);
  });

  it("are nobody else's business", async () => {
    const learner = someViewer();
    const materialId = newId('Material');
    await giveGenerations(learner, 2, materialId);
    const of = [
      { __typename: 'User', id: learner.id },
      { __typename: 'Material', id: materialId },
    ];

    const { data } = await ask(someViewer({ roles: ['ADMIN'] }), entities, { of, first: 10 });

    expect(data._entities).toEqual([{ generations: null }, { generations: { totalCount: 0, edges: [] } }]);
  });

  it('cost the same number of statements however long they are and however many materials there are', async () => {
    const learner = someViewer();
    const materials = [newId('Material'), newId('Material'), newId('Material')];
    for (const materialId of materials) await giveGenerations(learner, 4, materialId);
    const count = async (variables: object) => {
      sent.count = 0;
      const { errors } = await ask(learner, entities, variables);
      expect(errors).toEqual([]);
      return sent.count;
    };

    const user = [{ __typename: 'User', id: learner.id }];
    const short = await count({ of: user, first: 1 });
    expect(await count({ of: user, first: 12 })).toBe(short);
    expect(short).toBe(3);

    const material = (id: string) => ({ __typename: 'Material', id });
    const one = await count({ of: materials.slice(0, 1).map(material), first: 2 });
    expect(await count({ of: materials.map(material), first: 4 })).toBe(one);
    expect(one).toBe(3);
  });

  it('refuse a page of more than 100 and a forged cursor', async () => {
    const learner = someViewer();
    const of = [{ __typename: 'User', id: learner.id }];

    const tooMany = await ask(learner, entities, { of, first: 101 });
    const forged = await ask(learner, entities, { of, first: 1, after: 'bm9wZQ' });

    expect(tooMany.errors[0]?.extensions.code).toBe('VALIDATION');
    expect(forged.errors[0]?.extensions.code).toBe('VALIDATION');
  });
});
