import { withClient } from '@studymate/schema-engine/connection';
import pg from 'pg';

interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Recheck Cond'?: string;
  readonly Plans?: readonly PlanNode[];
}

const reads = /^\s*(select|with)\b/i;

/** Everything that is read through node-postgres in this process while `act` goes on. */
async function captureReads(act: () => Promise<unknown>): Promise<Statement[]> {
  const captured: Statement[] = [];
  const prototype = pg.Client.prototype as unknown as { query: (...inputs: unknown[]) => unknown };
  const { query } = prototype;
  prototype.query = function (this: unknown, ...inputs: unknown[]) {
    const [first, second] = inputs;
    const { text, values = second } = (typeof first === 'string' ? { text: first } : first) as {
      text?: string;
      values?: unknown;
    };
    if (text !== undefined && reads.test(text))
      captured.push({ text, values: Array.isArray(values) ? values : [] });
    return query.apply(this, inputs);
  };
  try {
    await act();
  } finally {
    prototype.query = query;
  }
  return captured;
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** Tables that a plan reads from end to end: by no index, or by an index without a condition. */
function scannedWhole(plan: PlanNode, isBounded: boolean): string[] {
  return nodesOf(plan).flatMap((node) => {
    const table = node['Relation Name'];
    if (table === undefined) return [];
    const isNarrowed = node['Index Cond'] !== undefined || node['Recheck Cond'] !== undefined;
    const isOrdered = isBounded && node['Node Type'].startsWith('Index');
    return isNarrowed || isOrdered ? [] : [`${table} (${node['Node Type']})`];
  });
}

export interface ReadPlans {
  /** The tables that were read, by name. */
  readonly tables: string[];
  /** Those that no index narrows or puts in order, each with the statement. */
  readonly whole: string[];
}

/**
 * Has PostgreSQL explain everything that `act` reads, as if its tables were too large to be read whole
 * (`enable_seqscan = off`): what is read whole even so has no index that serves it.
 */
export async function explainReads(url: string, act: () => Promise<unknown>): Promise<ReadPlans> {
  const statements = await captureReads(act);
  const tables = new Set<string>();
  const whole = new Set<string>();
  await withClient(url, async (client) => {
    await client.query('set enable_seqscan = off');
    for (const { text, values } of statements) {
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
        `explain (format json) ${text}`,
        values,
      );
      const plan = rows[0]?.['QUERY PLAN'][0].Plan;
      if (!plan) continue;
      for (const node of nodesOf(plan)) if (node['Relation Name']) tables.add(node['Relation Name']);
      for (const scan of scannedWhole(plan, /\blimit\b/i.test(text))) whole.add(`${scan}: ${text}`);
    }
  });
  return { tables: [...tables].toSorted(), whole: [...whole] };
}
