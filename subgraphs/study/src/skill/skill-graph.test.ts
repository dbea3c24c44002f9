import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { wouldCircle } from './skill-graph.ts';

describe('skill graph', () => {
  const graph = new Map([
    ['multiply', ['add']],
    ['divide', ['multiply', 'subtract']],
  ]);

  it.each([
    ['add', ['add'], true],
    ['add', ['multiply'], true],
    ['add', ['divide'], true],
    ['add', ['subtract'], false],
    ['fractions', ['divide', 'add'], false],
    ['divide', ['add'], false],
  ])('%s after %j circles: %s', (skill, prerequisites, circles) => {
    expect(wouldCircle(graph, skill, prerequisites)).toBe(circles);
  });

  it('stays free of circles when only what does not circle is added', () => {
    const nodes = fc.integer({ min: 0, max: 7 }).map(String);
    fc.assert(
      fc.property(fc.array(fc.tuple(nodes, nodes)), (edges) => {
        const built = new Map<string, string[]>();
        for (const [skill, prerequisite] of edges) {
          const known = built.get(skill) ?? [];
          if (!wouldCircle(built, skill, [prerequisite])) built.set(skill, [...known, prerequisite]);
        }
        const left = new Map(built);
        for (let removed = true; removed; ) {
          removed = false;
          for (const [skill, prerequisites] of left) {
            if (prerequisites.every((one) => !left.has(one))) removed = left.delete(skill);
          }
        }
        expect(left.size).toBe(0);
      }),
    );
  });
});
