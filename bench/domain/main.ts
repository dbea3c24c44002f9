/** What the scheduler predicts of a real review log, and what one account of a real learner's size costs. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { measureLargeAccount } from './large-account.ts';
import { predictReviewLog, readIntervals, readReviewLog } from './review-log.ts';
import { type RunningStudy, startStudy } from './surroundings.ts';

const usage = `Usage: npm run bench:domain [-- options]
  --json FILE         write the figures there too
  --part NAME         only review-log, or only account
  --cards N           in the account, 50000
  --reviews N         of them, 1000000`;

function readOptions() {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      part: { type: 'string' },
      cards: { type: 'string', default: '50000' },
      reviews: { type: 'string', default: '1000000' },
      help: { type: 'boolean', default: false },
    },
  });
  return { ...values, size: { cards: Number(values.cards), reviews: Number(values.reviews) } };
}

async function runReviewLog(study: RunningStudy) {
  const intervals = await readIntervals(study.someLearner());
  console.log(`Days after Good ×6, Again ×2, Good ×5: ${intervals.join(', ')}`);
  const log = readReviewLog();
  if (!log) {
    console.log('The real review log is not at hand (STUDYMATE_VECTORS): log-loss is not measured.');
    return { intervals };
  }
  const began = Date.now();
  const predicted = await predictReviewLog(study.someLearner(), log);
  console.log(`log-loss ${predicted.logLoss.toFixed(4)} over ${predicted.count} of ${predicted.reviews} reviews of \
${predicted.cards} cards; always the mean scores ${predicted.constantLoss.toFixed(4)} \
(${((Date.now() - began) / 1000).toFixed(0)} s through the API)`);
  return { intervals, ...predicted };
}

async function runAccount(study: RunningStudy, size: { cards: number; reviews: number }) {
  const { cards, reviews, figures } = await measureLargeAccount(study, size);
  console.log(
    `\n| CPU ms, one account of ${cards} cards and ${reviews} reviews | subgraph | PostgreSQL | together | answer, bytes |\n|---|---|---|---|---|`,
  );
  for (const { name, subgraphMs, postgresMs, bytes } of figures) {
    const together = subgraphMs + postgresMs;
    console.log(
      `| ${name} | ${subgraphMs.toFixed(1)} | ${postgresMs.toFixed(1)} | ${together.toFixed(1)} | ${bytes} |`,
    );
  }
  return { cards, reviews, figures };
}

async function run(): Promise<void> {
  const { json, part, size, help } = readOptions();
  if (help) return console.log(usage);
  const study = await startStudy();
  try {
    const reviewLog = part === 'account' ? null : await runReviewLog(study);
    const account = part === 'review-log' ? null : await runAccount(study, size);
    const report = { node: process.version, takenAt: new Date().toISOString(), reviewLog, account };
    if (json) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  } finally {
    await study.stop();
  }
}

run().catch((error: unknown) => {
  console.error(`✖ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
