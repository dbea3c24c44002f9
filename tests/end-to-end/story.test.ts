import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createClient, SignInDocument, ViewerDocument } from '@studymate/client';
import { createNarrator } from '../../scripts/story/narrator.ts';
import { tellStory } from '../../scripts/story/tell-story.ts';
import { someSite, startHouse } from './house.ts';
import { listProcessesOf, listRemains } from './processes.ts';
import { postGraphql } from './raw.ts';

const site = await someSite('story');
const ended = await someSite('ended');
const house = await startHouse(site);
const get = (path: string) => fetch(`${house.urls.gateway}${path}`);

describe('a house that npm start opened', () => {
  it('wrote down where everything is and who may sign in', () => {
    const state = JSON.parse(readFileSync(join(site.directory, 'studymate.json'), 'utf8'));
    const { GATEWAY_PORT, MAIL_PORT, STRIPE_STAND_IN_PORT } = site.ports.environment;
    expect(state.urls).toMatchObject({
      gateway: `http://127.0.0.1:${GATEWAY_PORT}`,
      sandbox: `http://127.0.0.1:${GATEWAY_PORT}/sandbox`,
      mail: `http://127.0.0.1:${MAIL_PORT}`,
      stripe: `http://127.0.0.1:${STRIPE_STAND_IN_PORT}`,
    });
    expect(state.logins.map(({ role }: { role: string }) => role)).toEqual(['LEARNER', 'AUTHOR', 'ADMIN']);
  });

  it.each(['LEARNER', 'AUTHOR', 'ADMIN'])('lets the demo account of the %s sign in', async (role) => {
    const login = house.logins.find((each) => each.role === role);
    const { email = '', password = '' } = login ?? {};
    let token: string | null = null;
    const client = createClient({ url: house.places.gateway, accessToken: () => token });
    const { signIn } = await client.request(SignInDocument, { email, password });
    if (signIn.__typename !== 'AuthTokens') throw new Error(`got ${signIn.__typename}`);
    token = signIn.accessToken;
    const { viewer } = await client.request(ViewerDocument, {});
    expect(viewer).toMatchObject({ email, roles: expect.arrayContaining([role]) });
  });

  it('answers for its health and its keys', async () => {
    for (const path of ['/health/', '/ready/']) expect((await get(path)).status).toBe(200);
    await postGraphql(house.places.gateway, { token: null, query: '{ plans { id } }' });
    expect(await (await get('/metrics')).text()).toMatch(/^gateway_subgraph_duration_seconds_count/m);
    const { keys } = (await (await get('/.well-known/jwks.json')).json()) as { keys: object[] };
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) {
      expect(key).toMatchObject({ kid: expect.any(String), alg: expect.stringMatching(/^(EdDSA|RS256)$/) });
      expect(key).not.toHaveProperty('d');
    }
  });

  it('serves the Sandbox and the pages beside it', async () => {
    const sandbox = await get('/sandbox');
    expect(sandbox.headers.get('content-type')).toContain('text/html');
    expect(await sandbox.text()).toContain('/graphql');
    for (const page of [house.urls.mail, house.urls.stripe]) {
      expect((await fetch(`${page}`)).status).toBe(200);
    }
  });

  it('carries one learner through her first day', async () => {
    const told: string[] = [];
    await tellStory(
      house.places,
      createNarrator((line) => told.push(line)),
    );
    expect(told.filter((line) => line.startsWith('  ✓')).length).toBeGreaterThanOrEqual(35);
    expect(told.filter((line) => line.startsWith('  ✗'))).toEqual([]);
  }, 120_000);

  it('leaves no process and no port behind after Ctrl-C', async () => {
    const { directory, ports } = ended;
    const short = await startHouse(ended);
    expect(listProcessesOf(directory).length).toBeGreaterThanOrEqual(5);
    expect(await short.end('SIGINT')).toBe(0);
    expect(await listRemains(directory, ports.numbers)).toEqual({ processes: [], ports: [] });
  }, 200_000);
});
