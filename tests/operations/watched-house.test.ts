import { afterAll, describe, expect, it } from '@jest/globals';
import { createNarrator, eventually } from '../../scripts/story/narrator.ts';
import { tellStory } from '../../scripts/story/tell-story.ts';
import { someSite, startHouse } from '../end-to-end/house.ts';
import { postGraphql } from '../end-to-end/raw.ts';
import { listPanelQueries } from './panel-queries.ts';
import { reasonToSkip } from './programs.ts';
import { type Sample, watch } from './prometheus.ts';

interface Rule {
  readonly name: string;
  readonly type: string;
  readonly health: string;
  readonly state?: string;
}

/** Longer than whatever is counted from time to time, such as what is in the queues. */
const roundMs = 20_000;
const silently = createNarrator(() => undefined);

const counts = {
  registrations: 'sum(user_registrations_total)',
  sessions: 'sum(study_sessions_total)',
  aiRequests: 'sum(ai_requests_total{provider="embedded", model="embedded-1"})',
  activeUsers: 'max(active_users)',
  requests: 'sum(http_request_duration_seconds_count)',
  series: 'count({job="studymate"})',
} as const;

/** What Prometheus knows of a house in which the story was told twice, and who was told after the house had ended. */
async function watchHouse() {
  const site = await someSite('watched');
  const house = await startHouse(site);
  const { query, get, heard, stop } = await watch(house.urls.gateway ?? '', site.directory);
  afterAll(stop);
  // A counter has no rate before it was seen twice.
  for (let time = 0; time < 2; time++) {
    await tellStory(house.places, silently);
    await postGraphql(house.places.gateway, { token: null, query: '{ thereIsNoSuchField }' });
    await new Promise((resolve) => setTimeout(resolve, roundMs));
  }
  const panels: { readonly panel: string; readonly samples: readonly Sample[] }[] = [];
  for (const { panel, expr } of listPanelQueries()) {
    panels.push({ panel: `${panel}: ${expr}`, samples: await query(expr) });
  }
  const values: Record<string, number> = {};
  for (const [name, expr] of Object.entries(counts)) values[name] = Number((await query(expr))[0]?.value[1]);
  const { groups } = await get<{ readonly groups: readonly { readonly rules: readonly Rule[] }[] }>('rules');
  const heardWhileWell = [...heard];
  await house.end('SIGTERM');
  return { panels, values, rules: groups.flatMap(({ rules }) => rules), heardWhileWell, heard };
}

const skipped = reasonToSkip(['prometheus', 'prometheus-alertmanager'], true);
if (skipped) {
  it.skip(`a house that Prometheus watches: ${skipped}`, () => undefined);
} else {
  const { panels, values, rules, heardWhileWell, heard } = await watchHouse();

  describe('a house that Prometheus watches', () => {
    it('answers each query of each panel', () => {
      const silent = panels.filter(({ samples }) => samples.length === 0);
      const numberless = panels.filter(
        ({ samples }) => samples.length > 0 && samples.every(({ value }) => value[1] === 'NaN'),
      );
      expect(panels.length).toBeGreaterThan(30);
      expect(silent.map(({ panel }) => panel)).toEqual([]);
      // No attempt of the story is closed by the server: there is nothing to take a quantile of.
      expect(numberless.map(({ panel }) => panel)).toEqual([
        expect.stringContaining('quiz_auto_submit_lateness_seconds'),
      ]);
    });

    it('counts what the story did', () => {
      expect(values.registrations).toBe(2);
      expect(values.sessions).toBeGreaterThanOrEqual(2);
      expect(values.aiRequests).toBeGreaterThan(0);
      expect(values.activeUsers).toBeGreaterThanOrEqual(2);
      expect(values.requests).toBeGreaterThan(50);
    });

    it('has no more series than a page of metrics should', () => {
      expect(values.series).toBeLessThan(6_000);
    });

    it('finds every rule in order, and no alert while all is well', () => {
      const raised = rules.filter(({ type, state }) => type === 'alerting' && state === 'firing');
      expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
      expect(raised.map(({ name }) => name)).toEqual([]);
      expect(heardWhileWell).toEqual([]);
    });

    it('has the pager told once it is down, through Alertmanager', async () => {
      const isOfIt = ({ labels }: { readonly labels: Readonly<Record<string, string>> }) =>
        labels.alertname === 'StudyMateDown';
      const page = await eventually(
        'the page',
        async () => heard.find(({ alerts }) => alerts.some(isOfIt)),
        240_000,
      );
      expect(page).toMatchObject({
        receiver: 'pages',
        status: 'firing',
        alerts: [
          {
            labels: { severity: 'page', job: 'studymate' },
            annotations: { summary: expect.stringContaining('does not answer') },
          },
        ],
      });
    }, 300_000);
  });
}
