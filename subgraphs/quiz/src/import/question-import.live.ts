import type { Ticks } from '@studymate/subgraph-kit';
import type { Context } from '../context.ts';
import { getImport } from './question-import.service.ts';
import { importTopic } from './question-import.topic.ts';

/** Ticks now and whenever the import moves on. */
export async function followImport(context: Context, id: string): Promise<Ticks> {
  await getImport(context, id);
  return context.changes.follow(importTopic(id), { detail: '' });
}
