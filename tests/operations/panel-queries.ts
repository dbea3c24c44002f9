import { dashboards } from '../../scripts/operations/dashboards/index.ts';

export interface PanelQuery {
  readonly panel: string;
  readonly expr: string;
}

/** Every query of every panel; `rateWindow` takes the place of Grafana's own window. */
export const listPanelQueries = (rateWindow = '1m'): PanelQuery[] =>
  dashboards.flatMap(({ uid, rows }) =>
    rows.flatMap((row) =>
      row.panels.flatMap(({ title, queries }) =>
        queries.map(({ expr }) => ({
          panel: `${uid}: ${title}`,
          expr: expr.replaceAll('$rate', rateWindow),
        })),
      ),
    ),
  );
