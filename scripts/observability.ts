/**
 * Writes what is made from the code about watching it: the dashboards for Grafana (ops/dashboards) and the list of
 * metrics (docs/operations/metrics.md). With --check it only fails when they are not what they would be.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root, runScript } from './launcher/workspace.ts';
import { buildDashboard } from './operations/dashboards/dashboard.ts';
import { dashboards } from './operations/dashboards/index.ts';
import { listDeclaredMetrics } from './operations/declared-metrics.ts';
import { writeMetricsPage } from './operations/metrics-page.ts';

const made = (): Map<string, string> =>
  new Map([
    ['docs/operations/metrics.md', writeMetricsPage(listDeclaredMetrics())],
    ...dashboards.map(
      (dashboard) =>
        [
          `ops/dashboards/${dashboard.uid}.json`,
          `${JSON.stringify(buildDashboard(dashboard), null, 2)}\n`,
        ] as const,
    ),
  ]);

await runScript(async () => {
  const { values } = parseArgs({ options: { check: { type: 'boolean' } } });
  const stale = [...made()].filter(([file, text]) => {
    const path = join(root, file);
    return !existsSync(path) || readFileSync(path, 'utf8') !== text;
  });
  if (values.check && stale.length > 0) {
    throw new Error(
      `Not what the code says: ${stale.map(([file]) => file).join(', ')}. Run \`pnpm observability\`.`,
    );
  }
  for (const [file, text] of stale) writeFileSync(join(root, file), text);
  console.log(`✔ ${dashboards.length} dashboards and the list of metrics are up to date`);
});
