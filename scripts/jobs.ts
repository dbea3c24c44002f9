/**
 * What the queues hold, and what came to nothing.
 *   jobs                                    how much each queue holds
 *   jobs dead-letters [queue]               what failed for good, with its reason
 *   jobs replay <queue> [id…]               tries dead letters of a queue anew: those named, or all
 *   jobs board [--replay] [--port 4050]     shows all that in a browser, until Ctrl-C
 * REDIS_URL names the Redis; without it the embedded one is asked.
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { type InspectedQueue, inspectQueues } from '@studymate/jobs';
import { startBoard } from '@studymate/jobs/board';
import { redisUrlOf } from '@studymate/runtime';
import { runScript } from './launcher/workspace.ts';

async function showCounts(queues: readonly InspectedQueue[]): Promise<void> {
  console.table(
    Object.fromEntries(await Promise.all(queues.map(async (queue) => [queue.name, await queue.count()]))),
  );
}

async function showDeadLetters(queues: readonly InspectedQueue[]): Promise<void> {
  let shown = 0;
  for (const queue of queues) {
    for (const letter of await queue.listDeadLetters()) {
      shown += 1;
      console.log(`${queue.name}  ${letter.id}  ${letter.name}  ${letter.failedAt.toISOString()}`);
      console.log(`  after ${letter.attempts} attempts: ${letter.reason}\n  ${JSON.stringify(letter.data)}`);
    }
  }
  if (shown === 0) console.log('✔ no dead letters');
}

async function replay(queues: readonly InspectedQueue[], ids: readonly string[]): Promise<void> {
  for (const queue of queues) {
    const letters = await queue.listDeadLetters();
    const chosen = ids.length === 0 ? letters : letters.filter(({ id }) => ids.includes(id));
    const missing = ids.filter((id) => !chosen.some((letter) => letter.id === id));
    if (missing.length > 0) throw new Error(`${queue.name} has no dead letter ${missing.join(', ')}.`);
    for (const { id } of chosen) await queue.replay(id);
    console.log(`✔ ${queue.name}: ${chosen.length} put in the queue again`);
  }
}

async function showBoard(port: number, mayReplay: boolean): Promise<void> {
  const board = await startBoard({
    redisUrl: redisUrlOf(),
    port,
    mayReplay,
    onReplay: (queue, id) => console.log(`✔ ${queue}: ${id} put in the queue again`),
  });
  console.log(`▸ For one browser, once: ${board.invitation}`);
  console.log('  Ctrl-C closes the board.');
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await board.stop();
}

await runScript(async () => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { port: { type: 'string', default: '4050' }, replay: { type: 'boolean', default: false } },
  });
  if (positionals[0] === 'board') return showBoard(Number(values.port), values.replay);
  const [verb = 'counts', name, ...ids] = positionals;
  const inspection = inspectQueues(redisUrlOf());
  try {
    const all = inspection.queues;
    const queues = name === undefined ? all : all.filter((queue) => queue.name === name);
    if (queues.length === 0)
      throw new Error(`There is no queue ${name}; there are: ${all.map((each) => each.name).join(', ')}.`);
    if (verb === 'counts') return await showCounts(queues);
    if (verb === 'dead-letters') return await showDeadLetters(queues);
    if (verb === 'replay' && name !== undefined) return await replay(queues, ids);
    throw new Error(
      'Use: jobs | jobs dead-letters [queue] | jobs replay <queue> [id…] | jobs board [--replay]',
    );
  } finally {
    await inspection.stop();
  }
});
