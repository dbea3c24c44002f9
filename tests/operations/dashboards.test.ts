import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { listDeclaredMetrics } from '../../scripts/operations/declared-metrics.ts';
import { root } from '../end-to-end/house.ts';
import { listPanelQueries } from './panel-queries.ts';

/** The metrics in an expression: functions, labels and the words of PromQL are set aside. */
const namesIn = (expr: string): string[] =>
  [
    ...expr
      .replace(/\bstudymate:[\w:]+/g, '')
      .replace(/\{[^}]*\}|\bby \([^)]*\)/g, '')
      .matchAll(/\b[a-z]\w*_[a-z]\w*\b(?!\()/g),
  ].map(([name]) => name);

describe('the dashboards', () => {
  it('ask only for metrics that the code tells, Node tells or a rule records', () => {
    const declared = listDeclaredMetrics().map(({ name }) => name);
    const panels = listPanelQueries();
    const unknown = panels.flatMap(({ panel, expr }) =>
      namesIn(expr)
        .filter((name) => !/^(process|nodejs)_/.test(name))
        .filter((name) => !declared.includes(name.replace(/_(bucket|count|sum)$/, '')))
        .map((name) => `${panel}: ${name}`),
    );
    expect(panels.length).toBeGreaterThan(30);
    expect(unknown).toEqual([]);
  });

  it('ask for what the rules record by its name', () => {
    const rules = readFileSync(join(root, 'ops/alerts/studymate.rules.yml'), 'utf8');
    const recorded = listPanelQueries().flatMap(({ expr }) => expr.match(/\bstudymate:[\w:]+/g) ?? []);
    expect(recorded.length).toBeGreaterThan(0);
    expect(recorded.filter((name) => !rules.includes(`record: ${name}\n`))).toEqual([]);
  });
});
