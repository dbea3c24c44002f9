import type { IncomingHttpHeaders } from 'node:http';
import type { Viewer } from '@studymate/contracts';
import type { OverrideRule } from '../config-schema.ts';

const isActive = (rule: OverrideRule, headers: IncomingHttpHeaders, viewer: Viewer | null): boolean => {
  if (typeof rule === 'boolean') return rule;
  if ('roles' in rule) return viewer?.roles.some((role) => rule.roles.includes(role)) ?? false;
  const given = headers[rule.header];
  return rule.equals === undefined ? given !== undefined : given === rule.equals;
};

/** The named labels of progressive overrides that are active for a request, by the configuration. */
export const overrideLabelsOf = (
  rules: Readonly<Record<string, OverrideRule>>,
  headers: IncomingHttpHeaders,
  viewer: Viewer | null,
): string[] =>
  Object.entries(rules).flatMap(([label, rule]) => (isActive(rule, headers, viewer) ? label : []));
