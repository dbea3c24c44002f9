import { subscribers } from './events.ts';
import { jobOwners } from './jobs.ts';

/** The domains that must act on an outbox entry: an event's subscribers, a job's owner; none for a name we do not know. */
export function recipientsOf(kind: 'EVENT' | 'JOB', name: string): readonly string[] {
  if (kind === 'EVENT') return (subscribers as Readonly<Record<string, readonly string[]>>)[name] ?? [];
  const owner = (jobOwners as Readonly<Record<string, string>>)[name];
  return owner === undefined ? [] : [owner];
}
