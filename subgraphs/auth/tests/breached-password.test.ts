import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { authWorld, documents, strongPassword } from './world.ts';

const leaked = 'the heron nobody had seen';
const sha1 = (text: string) => createHash('sha1').update(text).digest('hex').toUpperCase();
const asked: string[] = [];
let answer: 'range' | 'error' | 'silence' = 'range';

/** Speaks the range API of Pwned Passwords: one leaked password, and padding for every range. */
const server = createServer((request, response) => {
  asked.push(request.url ?? '');
  if (answer === 'silence') return;
  if (answer === 'error') return void response.writeHead(503).end();
  const padding = [`${'0'.repeat(35)}:3`, `${sha1(strongPassword).slice(5)}:0`];
  response.end([...padding, `${sha1(leaked).slice(5)}:12`].join('\r\n'));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
const port = typeof address === 'object' && address ? address.port : 0;
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const world = await authWorld({ HIBP_URL: `http://127.0.0.1:${port}` });

beforeEach(() => {
  asked.length = 0;
  answer = 'range';
});

const register = async (password: string) => {
  const input = { email: `${Math.random()}@example.org`, password, displayName: 'Quick Fox' };
  return (await world.ask(null, documents.register, { input })).data.answer;
};

describe('a password known from leaks elsewhere', () => {
  it('is refused at registration, change and reset, and only five digits of its hash leave the house', async () => {
    expect(await register(leaked)).toMatchObject({ code: 'VALIDATION', constraint: 'common' });
    const { viewer, email } = await world.someUser();
    const change = `mutation { answer: changePassword(currentPassword: "${strongPassword}", newPassword: "${leaked}") {
      __typename ... on ValidationError { constraint } } }`;
    expect((await world.ask(viewer, change)).data.answer.constraint).toBe('common');
    await world.ask(
      null,
      'mutation ($email: String!) { requestPasswordReset(email: $email) { __typename } }',
      { email },
    );
    const token = await world.tokenFor(email);
    const reset = (await world.ask(null, documents.resetPassword, { token, newPassword: leaked })).data
      .answer;
    expect(reset).toMatchObject({ code: 'VALIDATION', constraint: 'common' });
    expect(asked).toContain(`/range/${sha1(leaked).slice(0, 5)}`);
    for (const url of asked) expect(url).toMatch(/^\/range\/[0-9A-F]{5}$/);
  });

  it('is not told apart by padding', async () => {
    expect((await register(strongPassword)).__typename).toBe('RegistrationAccepted');
  });

  it.each(['error', 'silence'] as const)(
    'is left to the list at hand while the service answers with %s',
    async (fault) => {
      answer = fault;
      expect((await register(`${leaked} and again`)).__typename).toBe('RegistrationAccepted');
      expect((await register('passwordpassword')).code).toBe('VALIDATION');
    },
  );

  it('costs nobody any time while the service keeps failing', async () => {
    answer = 'error';
    for (let time = 0; time < 8; time += 1) await register('the quiet turbine hums');
    const before = asked.length;
    for (let time = 0; time < 3; time += 1) {
      expect((await register('the quiet turbine hums')).__typename).toBe('RegistrationAccepted');
    }
    expect(asked.length).toBe(before);
  });
});
