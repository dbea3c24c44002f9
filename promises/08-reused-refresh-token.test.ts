import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { databaseUrl, withClient } from '@studymate/schema-engine/connection';
import { receiveMail } from '../scripts/story/mailbox.ts';
import { eventually } from '../scripts/story/narrator.ts';
import { someLearner } from '../tests/end-to-end/people.ts';
import { postGraphql } from '../tests/end-to-end/raw.ts';
import { startProductionGateway } from './production-gateway.ts';
import { describeSilence, joinRecordedHouse } from './recorded-house.ts';

const house = await joinRecordedHouse();
const second = await startProductionGateway(house);
const gateways = [house.places.gateway, second.graphql];
const deathMs = 2_000;

interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

const selection = '__typename ... on AuthTokens { accessToken refreshToken } ... on UserError { code }';

async function call(
  field: string,
  variables: Record<string, string>,
): Promise<Tokens & { readonly code?: string }> {
  const declared = Object.keys(variables).map((name) => `$${name}: String!`);
  const query = `mutation (${declared}) { answer: ${field} { ${selection} } }`;
  const { data } = await postGraphql(house.places.gateway, { token: null, query, variables });
  return (data?.answer ?? {}) as Tokens & { code?: string };
}
const signIn = ({ email, password }: { email: string; password: string }) =>
  call('signIn(email: $email, password: $password)', { email, password });
const refresh = ({ refreshToken }: Tokens) =>
  call('refreshSession(refreshToken: $refreshToken)', { refreshToken });

const isAlive = async (url: string, { accessToken }: Tokens): Promise<boolean> => {
  const { data } = await postGraphql(url, { token: accessToken, query: '{ viewer { id } }' });
  return (data?.viewer ?? null) !== null;
};

describe('a refresh token that is used twice', () => {
  it('ends its family on every gateway within 2 s, and no other session of hers', async () => {
    const mina = await someLearner(house);
    const first = await signIn(mina);
    const other = await signIn(mina);
    const next = await refresh(first);
    const latest = await refresh(next);
    for (const url of gateways) {
      for (const tokens of [latest, other]) expect(await isAlive(url, tokens)).toBe(true);
    }

    const lastAlive = gateways.map(() => 0);
    let isOver = false;
    const polls = gateways.map(async (url, index) => {
      for (; !isOver; await delay(50)) {
        if (await isAlive(url, latest)) lastAlive[index] = performance.now();
      }
    });
    await delay(200);
    expect(await refresh(first)).toMatchObject({ code: 'TOKEN_REUSED' });
    const reusedAt = performance.now();
    await delay(deathMs + 1_500);
    isOver = true;
    await Promise.all(polls);

    for (const at of lastAlive) {
      expect(at).toBeGreaterThan(0);
      expect(at - reusedAt).toBeLessThan(deathMs);
    }
    expect(await refresh(latest)).toMatchObject({
      code: expect.stringMatching(/TOKEN_REUSED|INVALID|UNAUTHENTICATED|EXPIRED/),
    });
    for (const url of gateways) {
      expect(await isAlive(url, first)).toBe(false);
      expect(await isAlive(url, other)).toBe(true);
    }
    expect(await refresh(other)).toMatchObject({ accessToken: expect.any(String) });
  }, 60_000);

  it('is mailed to her, and no token lies in the database', async () => {
    const mina = await someLearner(house);
    const first = await signIn(mina);
    const next = await refresh(first);
    await refresh(next);
    expect(await refresh(first)).toMatchObject({ code: 'TOKEN_REUSED' });
    await receiveMail(house.places.mail, mina.email, /ended a StudyMate session/i);
    const server = `postgresql://postgres@127.0.0.1:${house.site.ports.environment.POSTGRES_PORT}`;
    await withClient(databaseUrl(server, 'studymate_auth'), async (client) => {
      const { rows } = await client.query<{ name: string }>(
        `select table_name as name from information_schema.tables where table_schema = 'public'`,
      );
      for (const { name } of rows) {
        const { rowCount } = await client.query(
          `select 1 from "${name}" as each where position($1 in each::text) > 0 or position($2 in each::text) > 0`,
          [first.refreshToken, next.refreshToken],
        );
        expect([name, rowCount]).toEqual([name, 0]);
      }
    });
  }, 60_000);

  it('is written down where she sees it', async () => {
    const mina = await someLearner(house);
    const first = await signIn(mina);
    await refresh(await refresh(first));
    expect(await refresh(first)).toMatchObject({ code: 'TOKEN_REUSED' });
    await eventually('the entry in her history', async () => {
      const { text } = await postGraphql(house.places.gateway, {
        token: mina.accessToken,
        query: '{ viewer { loginHistory(first: 20) { edges { node { method outcome } } } } }',
      });
      return text.includes('"REFRESH"');
    });
  });
});

describeSilence(house);
