import { isDeepStrictEqual } from 'node:util';
import type { Viewer } from '@studymate/contracts';
import { signRequest } from '@studymate/runtime';
import { Pool } from 'undici';
import { idOf, learnerId, numbers, query, rows, skillOf, subjects } from './skills.ts';

const viewer: Viewer = {
  id: learnerId,
  sessionId: 'ses_bench',
  authLevel: 'PASSWORD',
  emailVerified: true,
  roles: ['LEARNER'],
  scopes: [],
  locale: 'en',
  timeZone: 'UTC',
  dayStartMinutes: 240,
};

export interface LoadOptions {
  readonly url: string;
  readonly fetches: number;
  readonly connections: number;
  /** Signs each request as a gateway does. */
  readonly secret?: string;
}

const bodyFor = (subject: number): string =>
  JSON.stringify({
    query,
    variables: {
      representations: numbers(rows).map((number) => ({ __typename: 'Skill', id: idOf(subject, number) })),
    },
  });

/** Asks for the skills of one subject after the other, and looks at every answer. */
export async function askForSkills({ url, fetches, connections, secret }: LoadOptions): Promise<void> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const bodies = numbers(subjects).map(bodyFor);
  let next = 0;
  const work = async () => {
    while (next < fetches) {
      const number = next++;
      const subject = number % subjects;
      const body = bodies[subject] ?? '';
      const signed = secret ? signRequest(secret, { viewer, requestId: `r${number}` }, body) : {};
      const headers = { 'content-type': 'application/json', ...signed };
      const response = await pool.request({ method: 'POST', path: pathname, headers, body });
      const text = await response.body.text();
      const expected = { data: { _entities: numbers(rows).map((index) => skillOf(subject, index)) } };
      if (!isDeepStrictEqual(JSON.parse(text), expected))
        throw new Error(`A wrong answer: ${text.slice(0, 300)}`);
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  await pool.close();
}
