import { describe, expect, it } from '@jest/globals';
import { outboxOf, someKey, someViewer } from '@studymate/testkit';
import { createWorld } from '../../tests/world.ts';
import { sendBroadcastPage } from './broadcast.service.ts';

const world = await createWorld();
const admin = someViewer({ roles: ['ADMIN'] });

const mutation = `mutation ($templateKey: String!, $segment: String!, $idempotencyKey: String!) {
  broadcast(templateKey: $templateKey, segment: $segment, idempotencyKey: $idempotencyKey) {
    __typename ... on Broadcast { id recipients } ... on UserError { code path } } }`;
const send = async (changes: object = {}, viewer = admin) => {
  const variables = { templateKey: 'account.welcome', segment: 'ALL', idempotencyKey: someKey(), ...changes };
  return world.ask(viewer, mutation, variables);
};
const received = () =>
  world.database.notification.groupBy({ by: ['locale'], _count: true, orderBy: { locale: 'asc' } });

async function workOff(): Promise<void> {
  const seen = new Set<string>();
  for (;;) {
    const jobs = (await outboxOf(world.database, 'JOB')).filter(({ name }) => name === 'sendBroadcast');
    const fresh = jobs.map(({ payload }) => JSON.stringify(payload)).filter((payload) => !seen.has(payload));
    if (fresh.length === 0) return;
    for (const payload of fresh) {
      seen.add(payload);
      for (let time = 0; time < 2; time += 1) await sendBroadcastPage(world.system(), JSON.parse(payload));
    }
  }
}

describe('broadcast', () => {
  it('reaches every user of the segment once, over several pages that are sent again', async () => {
    await world.database.recipient.createMany({
      data: Array.from({ length: 105 }, (_nothing, index) => {
        const { id: userId, timeZone } = someViewer();
        const profile = { email: `${userId}@example.com`, displayName: 'Ada', timeZone };
        return {
          userId,
          ...profile,
          locale: index < 3 ? 'ko-KR' : 'en',
          nextReportAt: new Date('2100-01-01'),
        };
      }),
    });
    const idempotencyKey = someKey();
    const [first, again] = await Promise.all([send({ idempotencyKey }), send({ idempotencyKey })]);
    expect(first.data.broadcast).toMatchObject({ __typename: 'Broadcast', recipients: 105 });
    expect(again.data.broadcast).toEqual(first.data.broadcast);
    await workOff();
    expect(await received()).toEqual([
      { locale: 'en', _count: 102 },
      { locale: 'ko', _count: 3 },
    ]);

    const korean = await send({ segment: 'LANGUAGE:ko' });
    expect(korean.data.broadcast).toMatchObject({ recipients: 3 });
    await workOff();
    expect(await received()).toEqual([
      { locale: 'en', _count: 102 },
      { locale: 'ko', _count: 6 },
    ]);
  });

  it.each([
    [{ segment: 'EVERYBODY' }, { __typename: 'ValidationError', path: ['segment'] }],
    [{ templateKey: 'quiz.graded' }, { __typename: 'ValidationError', path: ['templateKey'] }],
    [{ templateKey: 'no.such' }, { __typename: 'NotFoundError' }],
  ])('refuses %j', async (changes, answer) => {
    expect((await send(changes)).data.broadcast).toMatchObject(answer);
  });

  it('refuses a key that was used for another message, and whoever is no administrator', async () => {
    const idempotencyKey = someKey();
    await send({ idempotencyKey, segment: 'LANGUAGE:ja' });
    const other = await send({ idempotencyKey, segment: 'LANGUAGE:ko' });
    expect(other.data.broadcast).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
    expect((await send({}, someViewer())).errors[0]?.extensions.code).toBe('FORBIDDEN');
  });
});
