import {
  DashboardBuilder,
  DatasourceVariableBuilder,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TimeseriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

export interface Query {
  /** PromQL; `$rate` stands for the window of rates. */
  readonly expr: string;
  readonly legend: string;
}

export interface Panel {
  readonly title: string;
  /** What a person learns from it, and what to do about it. */
  readonly description: string;
  /** A unit of Grafana's: `reqps`, `s`, `short`, `percentunit`, `bytes` … */
  readonly unit: string;
  /** A number instead of a curve. */
  readonly isNumber?: boolean;
  readonly queries: readonly Query[];
}

export interface Dashboard {
  /** Also the name of its file. */
  readonly uid: string;
  readonly title: string;
  readonly rows: readonly { readonly title: string; readonly panels: readonly Panel[] }[];
}

const datasource = { type: 'prometheus', uid: '$datasource' };
const numberWidth = 6;
const curveWidth = 12;
const numberHeight = 5;
const curveHeight = 8;

/** Grafana's own window, wide enough for the interval between scrapes. */
export const inGrafana = (expr: string): string => expr.replaceAll('$rate', '$__rate_interval');

function buildPanel({ title, description, unit, isNumber, queries }: Panel) {
  const builder = isNumber
    ? new StatBuilder().height(numberHeight).span(numberWidth)
    : new TimeseriesBuilder().height(curveHeight).span(curveWidth);
  builder.title(title).description(description).unit(unit).datasource(datasource);
  for (const [index, { expr, legend }] of queries.entries()) {
    builder.withTarget(
      new DataqueryBuilder()
        .refId(String.fromCharCode('A'.charCodeAt(0) + index))
        .expr(inGrafana(expr))
        .legendFormat(legend)
        .datasource(datasource),
    );
  }
  return builder;
}

/** The dashboard as Grafana imports and provisions it; the Prometheus to ask is a variable of it. */
export function buildDashboard({ uid, title, rows }: Dashboard): object {
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .tags(['studymate'])
    .refresh('30s')
    .time({ from: 'now-1h', to: 'now' })
    .timezone('browser')
    .withVariable(new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'));
  for (const row of rows) {
    builder.withRow(new RowBuilder(row.title));
    for (const panel of row.panels) builder.withPanel(buildPanel(panel));
  }
  return builder.build();
}
