import { describe, expect, it } from '@jest/globals';
import { newId } from '@studymate/contracts';
import { someViewer } from '@studymate/testkit';
import { createWorld } from '../../tests/world.ts';

const world = await createWorld();
const query = `query ($from: DateTime!, $to: DateTime!) {
  aiUsage(from: $from, to: $to) {
    credits generations cacheHitRate byKind { kind credits count } byDay { date credits count }
  }
}`;

async function give(
  userId: string,
  finishedAt: string,
  values: { kind?: 'SUMMARY' | 'QUIZ'; credits: number; cacheHit?: boolean },
) {
  await world.database.generation.create({
    data: {
      id: newId('Generation'),
      userId,
      kind: values.kind ?? 'SUMMARY',
      state: 'SUCCEEDED',
      materialId: newId('Material'),
      materialRevision: 1,
      subjectId: newId('Subject'),
      title: 'Notes',
      language: 'en',
      parameters: {},
      promptVersion: '1',
      maxCredits: 9,
      credits: values.credits,
      cacheHit: values.cacheHit ?? false,
      createdAt: new Date(finishedAt),
      finishedAt: new Date(finishedAt),
    },
  });
}

describe('usage', () => {
  it("adds up by kind and by the day of the learner's own clock", async () => {
    const learner = someViewer({ timeZone: 'Asia/Seoul' });
    await give(learner.id, '2026-03-01T14:59:59.000Z', { credits: 2 });
    await give(learner.id, '2026-03-01T15:00:00.000Z', { credits: 3, kind: 'QUIZ' });
    await give(learner.id, '2026-03-02T01:00:00.000Z', { credits: 0, cacheHit: true });
    await give(learner.id, '2026-03-05T00:00:00.000Z', { credits: 7 });
    await give(someViewer().id, '2026-03-01T12:00:00.000Z', { credits: 50 });

    const { data } = await world.ask(learner, query, {
      from: '2026-03-01T00:00:00Z',
      to: '2026-03-05T00:00:00Z',
    });

    expect(data.aiUsage).toEqual({
      credits: 5,
      generations: 3,
      cacheHitRate: 1 / 3,
      byKind: [
        { kind: 'SUMMARY', credits: 2, count: 2 },
        { kind: 'QUIZ', credits: 3, count: 1 },
      ],
      byDay: [
        { date: '2026-03-01', credits: 2, count: 1 },
        { date: '2026-03-02', credits: 3, count: 2 },
      ],
    });
  });

  it('is zero where nothing was made, and refuses a period that is turned round', async () => {
    const learner = someViewer();

    const empty = await world.ask(learner, query, {
      from: '2026-03-01T00:00:00Z',
      to: '2026-03-02T00:00:00Z',
    });
    const turned = await world.ask(learner, query, {
      from: '2026-03-02T00:00:00Z',
      to: '2026-03-01T00:00:00Z',
    });

    expect(empty.data.aiUsage).toEqual({
      credits: 0,
      generations: 0,
      cacheHitRate: 0,
      byKind: [],
      byDay: [],
    });
    expect(turned.errors[0]?.extensions.code).toBe('VALIDATION');
  });
});
