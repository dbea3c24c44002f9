import type { Viewer } from '@studymate/contracts';
import { clockOfViewer, type LearnerClock } from './learner-clock.ts';

/** A user as the gateway hands them over: with their clock where a field asked for it. */
export interface UserReference {
  readonly id: string;
  readonly timeZone?: string | undefined;
  readonly dayStartMinutes?: number | undefined;
}

/** The clock of a user by what the gateway brought, else by the viewer's own token. */
export function clockOfUser(
  { id, timeZone, dayStartMinutes }: UserReference,
  viewer: Viewer | null,
): LearnerClock {
  if (timeZone !== undefined && dayStartMinutes !== undefined)
    return { userId: id, timeZone, dayStartMinutes };
  return viewer?.id === id ? clockOfViewer(viewer) : { userId: id, timeZone: 'UTC', dayStartMinutes: 240 };
}
