import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, it } from '@jest/globals';
import { testDatabase } from '@studymate/testkit';
import { isDatabaseAway } from './outage.ts';
import { connectQuiz } from './quiz.ts';

const postgres = await testDatabase('quiz');
const nowhere = 'postgresql://postgres@127.0.0.1:9/nowhere';

async function failureOf(work: () => PromiseLike<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    return error;
  }
}

it('knows a database that is away by queries, raw ones and transactions', async () => {
  const database = connectQuiz(nowhere);
  for (const work of [
    () => database.quiz.findMany(),
    () => database.$queryRaw`select 1`,
    () => database.$transaction((inner) => inner.quiz.count()),
  ]) {
    const failure = await failureOf(work);
    expect([failure, isDatabaseAway(failure)]).toEqual([expect.any(Error), true]);
  }
  await database.$disconnect();
});

it.each([
  ['hangs up', (socket: Socket) => socket.destroy()],
  ['resets the connection', (socket: Socket) => socket.resetAndDestroy()],
  ['says nothing', () => undefined],
])('knows a server that %s, as what stands before a dead one does', async (_what, meet) => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    sockets.push(socket);
    meet(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const database = connectQuiz(`postgresql://postgres@127.0.0.1:${port}/nowhere`);
  for (const work of [
    () => database.quiz.findMany(),
    () => database.$queryRaw`select 1`,
    () => database.$transaction((inner) => inner.quiz.count()),
  ]) {
    const failure = await failureOf(work);
    expect([failure, isDatabaseAway(failure)]).toEqual([expect.any(Error), true]);
  }
  await database.$disconnect();
  for (const socket of sockets) socket.destroy();
  server.close();
});

it('knows a database that takes no writes, as a standby does', async () => {
  const readOnly = new URL(postgres.url);
  readOnly.searchParams.set('options', '-c default_transaction_read_only=on');
  const database = connectQuiz(readOnly.toString());
  const write = () => database.subjectProjection.deleteMany();
  expect(isDatabaseAway(await failureOf(write))).toBe(true);
  await database.$disconnect();
});

it('knows a mistake of ours apart', () => {
  expect(isDatabaseAway(new TypeError('connection terminated'))).toBe(false);
  expect(isDatabaseAway(null)).toBe(false);
});
