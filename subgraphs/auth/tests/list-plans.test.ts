import { expect, it } from '@jest/globals';
import { explainReads, someViewer } from '@studymate/testkit';
import { authWorld } from './world.ts';

const world = await authWorld();

it('serves each list of auth by an index', async () => {
  const { viewer } = await world.someUser();
  const administrator = someViewer({ roles: ['ADMIN'], authLevel: 'MFA' });
  const { tables, whole } = await explainReads(world.url, async () => {
    const own = await world.ask(
      viewer,
      '{ viewer { sessions(first: 10) { edges { node { id } } } loginHistory(first: 10) { edges { node { at } } } } }',
    );
    expect(own.errors).toEqual([]);
    const all = await world.ask(administrator, '{ users(first: 10) { edges { node { id } } } }');
    expect(all.errors).toEqual([]);
  });
  expect(tables).toEqual(expect.arrayContaining(['LoginEvent', 'Session', 'User']));
  // Administrators are told how many people there are, and all of them have to be counted for that.
  expect(whole).toEqual([expect.stringMatching(/^User .*SELECT COUNT/)]);
});
