import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root } from '../end-to-end/house.ts';
import { findProgram, reasonToSkip } from './programs.ts';

const rules = readFileSync(join(root, 'ops/alerts/studymate.rules.yml'), 'utf8');
const alerts = [...rules.matchAll(/alert: (\w+)/g)].map(([, name = '']) => name);

describe('the alerts', () => {
  it('each name a page that says what to do', () => {
    const pages = [...rules.matchAll(/runbook: (\S+)/g)].map(([, page = '']) => page);
    expect(pages).toHaveLength(alerts.length);
    expect(pages.filter((page) => !existsSync(join(root, page)))).toEqual([]);
  });

  it('are each heard and not heard in a test', () => {
    const tests = readFileSync(join(root, 'ops/alerts/studymate.test.yml'), 'utf8');
    const untested = alerts.filter((alert) => tests.split(`alertname: ${alert}\n`).length < 2);
    const neverQuiet = alerts.filter((alert) => !tests.includes(`alertname: ${alert}, exp_alerts: []`));
    expect(alerts.length).toBeGreaterThan(10);
    expect({ untested, neverQuiet }).toEqual({ untested: [], neverQuiet: [] });
  });
});

const skipped = reasonToSkip(['promtool', 'amtool'], false);
if (skipped) console.info(`The rules in promtool: skipped, ${skipped}.`);

(skipped ? describe.skip : describe)('the rules, as Prometheus reads them', () => {
  const run = (program: string, ...parameters: string[]) =>
    execFileSync(findProgram(program) ?? program, parameters, { cwd: root, encoding: 'utf8', stdio: 'pipe' });

  it('are valid, with the configuration around them', () => {
    expect(run('promtool', 'check', 'config', 'ops/prometheus/prometheus.yml')).toContain(
      'SUCCESS: 14 rules found',
    );
    expect(run('amtool', 'check-config', 'ops/prometheus/alertmanager.yml')).toContain('SUCCESS');
  });

  it('raise what they should over made-up time, and nothing else', () => {
    expect(run('promtool', 'test', 'rules', 'ops/alerts/studymate.test.yml')).toContain('SUCCESS');
  });
});
