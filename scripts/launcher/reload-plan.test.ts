import { describe, expect, it } from '@jest/globals';
import { planReload } from './reload-plan.ts';

const still = { composes: false, generates: false, migrates: false };

describe('reload', () => {
  it.each([
    ['schema/subgraphs/quiz.graphql', { ...still, composes: true, generates: true }, ['quiz', 'quiz-worker']],
    ['subgraphs/study/src/deck/deck.service.ts', still, ['study', 'study-worker']],
    [
      'prisma/ai/migrations/20260101000000_init/migration.sql',
      { ...still, migrates: true },
      ['ai', 'ai-worker'],
    ],
    ['prisma/ai/schema.prisma', { ...still, generates: true }, ['ai', 'ai-worker']],
    ['packages/client/src/operations/dashboard.graphql', { ...still, generates: true }, []],
    ['gateway/src/plugins/cost.ts', still, ['gateway']],
  ])('of %s asks for what that file decides', (path, expected, names) => {
    expect(planReload([path])).toEqual({ ...expected, restarts: new Set(names) });
  });

  it.each([
    'subgraphs/study/src/deck/deck.test.ts',
    'subgraphs/study/src/__generated__/resolvers.ts',
    'schema/supergraph.graphql',
    'schema/subgraphs/relay.graphql',
    'packages/testkit/src/asker.ts',
    'README.md',
  ])('leaves everything alone for %s', (path) => {
    expect(planReload([path])).toBeNull();
  });

  it('puts the edits of one moment together, and a shared package restarts all', () => {
    const paths = ['schema/subgraphs/quiz.graphql', 'packages/contracts/src/events.ts'];
    expect(planReload(paths)).toEqual({ ...still, composes: true, generates: true, restarts: 'all' });
  });
});
