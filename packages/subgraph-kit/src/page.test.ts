import { describe, expect, it } from '@jest/globals';
import { parsePage, toConnection } from './page.ts';

const cursorOf = (row: { id: string }) => [row.id];
const rows = ['a', 'b', 'c'].map((id) => ({ id }));

describe('a page', () => {
  it('knows that there is more and where it ends', () => {
    const page = parsePage({ first: 2 });
    const { edges, pageInfo } = toConnection(rows.slice(0, page.take), page, cursorOf);

    expect(edges.map(({ node }) => node.id)).toEqual(['a', 'b']);
    expect(pageInfo).toMatchObject({
      hasNextPage: true,
      hasPreviousPage: false,
      endCursor: edges[1]?.cursor,
    });
    expect(parsePage({ after: pageInfo.endCursor }).cursor).toEqual(['b']);
  });

  it('has no cursors when it is empty', () => {
    const { pageInfo } = toConnection([], parsePage({}), cursorOf);

    expect(pageInfo).toMatchObject({ hasNextPage: false, startCursor: null, endCursor: null });
  });

  it.each([0, -1, 101, 1.5])('refuses %d rows', (first) => {
    expect(() => parsePage({ first })).toThrow(expect.objectContaining({ code: 'VALIDATION' }));
  });

  it.each(['nonsense', 'eyJhIjoxfQ', 'WzFd'])('refuses the cursor %s', (after) => {
    expect(() => parsePage({ after })).toThrow(expect.objectContaining({ code: 'VALIDATION' }));
  });
});
