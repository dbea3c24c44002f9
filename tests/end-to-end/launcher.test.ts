import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { SignInDocument } from '@studymate/client';
import { commandLineOf } from '@studymate/embedded';
import type { Learner } from '../../scripts/story/learner.ts';
import { createSubject } from '../../scripts/story/study.chapter.ts';
import { type House, someSite, startHouse } from './house.ts';
import { clientOf, silently, someLearner } from './people.ts';
import { listProcessesOf, listRemains } from './processes.ts';
import { postGraphql } from './raw.ts';

const site = await someSite('launcher');

async function signIn({ email, password }: Learner, house: House): Promise<string> {
  const client = clientOf(house.places.gateway, null);
  const { signIn: result } = await client.request(SignInDocument, { email, password });
  if (result.__typename !== 'AuthTokens') throw new Error(`got ${result.__typename}`);
  return result.accessToken;
}

describe('npm start after npm start', () => {
  it('ends what a killed one left behind, and keeps the data', async () => {
    const killed = await startHouse(site);
    const learner = await someLearner(killed);
    await createSubject(learner, silently, 'Biology');

    // All that the killed one started ends with it, but what cannot hear of it.
    const stuck = killed.pidOf('house');
    process.kill(stuck, 'SIGSTOP');
    await killed.end('SIGKILL');
    const deadline = Date.now() + 15_000;
    while (listProcessesOf(site.directory).length > 1 && Date.now() < deadline) await delay(100);
    expect(listProcessesOf(site.directory)).toEqual([stuck]);

    const house = await startHouse(site);
    expect(commandLineOf(stuck)).toBe('');
    expect(house.pidOf('house')).not.toBe(stuck);

    const token = await signIn(learner, house);
    const { data } = await postGraphql(house.places.gateway, {
      token,
      query: '{ subjects(first: 5) { edges { node { title } } } }',
    });
    expect(data).toEqual({ subjects: { edges: [{ node: { title: 'Biology' } }] } });

    await house.end('SIGKILL');
    expect(await listRemains(site.directory, site.ports.numbers, 15_000)).toEqual({
      processes: [],
      ports: [],
    });
  }, 400_000);
});
