import { createLabelValues } from './label-values.ts';

/** Who sent a request, as metrics tell it. */
export interface ClientLabels {
  readonly client: string;
  readonly client_version: string;
}

type Headers = NodeJS.Dict<string | string[]>;

/** Reads the labels of a request from the headers that Apollo's clients send. */
export type LabelClient = (headers: Headers) => ClientLabels;

const maxVersions = 20;

const textOf = (value: string | string[] | undefined): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

const nobody: ClientLabels = { client: 'none', client_version: 'none' };
const anybody: ClientLabels = { client: 'other', client_version: 'other' };

/**
 * Labels of few values, whatever is sent: clients that are registered keep their names and twenty versions each,
 * every other one is `other`.
 */
export function createClientLabels(isRegistered: (name: string) => boolean): LabelClient {
  const versions = new Map<string, (version: string | null) => ClientLabels>();

  const versionsOf = (client: string) => {
    const versionOf = createLabelValues(maxVersions);
    const labels = new Map<string, ClientLabels>();
    return (version: string | null): ClientLabels => {
      const value = versionOf(version);
      const known = labels.get(value) ?? { client, client_version: value };
      labels.set(value, known);
      return known;
    };
  };

  return (headers) => {
    const name = textOf(headers['apollographql-client-name']);
    if (name === null) return nobody;
    if (!isRegistered(name)) return anybody;
    const labelVersion = versions.get(name) ?? versionsOf(name);
    versions.set(name, labelVersion);
    return labelVersion(textOf(headers['apollographql-client-version']));
  };
}
