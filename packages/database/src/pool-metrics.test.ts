import { expect, it } from '@jest/globals';
import { registry } from '@studymate/runtime';
import { testDatabase } from '@studymate/testkit';
import { connectQuiz } from './quiz.ts';

const postgres = await testDatabase('quiz');
const name = new URL(postgres.url).pathname.slice(1);

async function told(metric: string, labels = ''): Promise<number | null> {
  const line = new RegExp(`^${metric}\\{database="${name}"${labels}\\} (\\d+)$`, 'm').exec(
    await registry.metrics(),
  );
  return line ? Number(line[1]) : null;
}
const connections = (state: string) => told('database_pool_connections', `,state="${state}"`);

it('tells how many connections are busy, idle and waited for, until the client is closed', async () => {
  const database = connectQuiz(postgres.url);
  expect(await connections('busy')).toBe(0);
  await database.$transaction(async (inner) => {
    await inner.$queryRaw`select 1`;
    expect(await connections('busy')).toBe(1);
  });
  expect(await connections('busy')).toBe(0);
  expect(await connections('idle')).toBe(1);
  expect(await connections('waiting')).toBe(0);
  expect(await told('database_pool_limit')).toBeGreaterThan(0);

  await database.$disconnect();
  expect(await connections('idle')).toBeNull();
});
