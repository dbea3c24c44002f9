import type { KubernetesObject } from './store.ts';

const requirement = /^(!?)([^=!\s]+)\s*(==?|!=|\sin\s|$)\s*(.*)$/;
/** Commas part requirements, but not those within the parentheses of a set. */
const betweenRequirements = /,(?![^(]*\))/;

function holds(text: string, labels: Readonly<Record<string, string>>): boolean {
  const [, not, name = '', operator = '', value = ''] = requirement.exec(text.trim()) ?? [];
  const actual = labels[name];
  if (operator === '') return not ? actual === undefined : actual !== undefined;
  if (operator.trim() === 'in') {
    const values = value.replaceAll(/[()]/g, '').split(',');
    return values.some((one) => one.trim() === actual);
  }
  return operator === '!=' ? actual !== value : actual === value;
}

/** Whether a request's labelSelector and fieldSelector (by name) take the object. */
export function selects(query: URLSearchParams, { metadata }: KubernetesObject): boolean {
  const byName = /^metadata\.name=(.+)$/.exec(query.get('fieldSelector') ?? '');
  if (byName && byName[1] !== metadata.name) return false;
  const requirements = (query.get('labelSelector') ?? '').split(betweenRequirements).filter(Boolean);
  return requirements.every((text) => holds(text, metadata.labels ?? {}));
}
