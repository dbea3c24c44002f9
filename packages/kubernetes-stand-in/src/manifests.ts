import { parseAllDocuments } from 'yaml';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
}

/** A model of @kubernetes-models: it holds an object of its kind and throws from `validate` what is wrong with it. */
interface Model {
  validate(): void;
}

/** Packages that hold the models of groups that Kubernetes itself does not have. */
const ofOperators: Readonly<Record<string, string>> = {
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
  'external-secrets.io': '@kubernetes-models/external-secrets',
};

/** The documents of a YAML stream, as `helm template` writes it. Throws on what is no YAML. */
export function parseManifests(stream: string): Manifest[] {
  return parseAllDocuments(stream).flatMap((document) => {
    const [error] = 'errors' in document ? document.errors : [];
    if (error) throw error;
    const manifest: unknown = 'toJS' in document ? document.toJS() : null;
    return manifest ? [manifest as Manifest] : [];
  });
}

async function findModel({ apiVersion, kind }: Manifest): Promise<new (data: object) => Model> {
  const [group = ''] = apiVersion.includes('/') ? apiVersion.split('/') : [''];
  const module = await import(`${ofOperators[group] ?? 'kubernetes-models'}/${apiVersion}/${kind}`);
  return module[kind];
}

/**
 * The same object, noting every field that is looked at. A validator looks at all fields that its schema has; what it
 * never looked at is no field of the kind.
 */
function noteReads(value: unknown, path: string, read: Set<string>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get: (target, key) => {
      const inner: unknown = Reflect.get(target, key);
      if (typeof key === 'symbol' || typeof inner === 'function') return inner;
      read.add(`${path}.${key}`);
      return noteReads(inner, `${path}.${key}`, read);
    },
  });
}

function listFields(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    `${path}.${key}`,
    ...listFields(inner, `${path}.${key}`),
  ]);
}

/**
 * What is wrong with an object by the schema of its kind: missing fields, wrong types and, where asked for, fields that
 * the kind does not have. Answers sentences, none for an object that is right.
 */
export async function findProblems(
  manifest: Manifest,
  { unknownFields = true }: { readonly unknownFields?: boolean } = {},
): Promise<string[]> {
  const name = `${manifest.kind} ${manifest.metadata.name}`;
  const Model = await findModel(manifest).catch(() => null);
  if (!Model) return [`${name}: ${manifest.apiVersion} has no kind ${manifest.kind}`];
  const object = new Model(manifest);
  const read = new Set<string>();
  try {
    Model.prototype.validate.call(noteReads(object, '', read));
  } catch (error) {
    return [`${name}: ${error instanceof Error ? error.message : String(error)}`];
  }
  if (!unknownFields) return [];
  const unknown = listFields(object, '').filter((field) => !read.has(field));
  return unknown.map((field) => `${name}: ${field.slice(1)} is no field of it`);
}
