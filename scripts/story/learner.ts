import { randomUUID } from 'node:crypto';
import { createClient, type StudyMateClient } from '@studymate/client';

/** Where a running StudyMate is, as `run/studymate.json` tells it. */
export interface Places {
  readonly gateway: string;
  readonly mail: string;
}

/** The one person the story is about, and what she knows so far. */
export interface Learner {
  readonly places: Places;
  readonly client: StudyMateClient;
  readonly email: string;
  readonly password: string;
  readonly displayName: string;
  accessToken: string | null;
}

/** A new learner with an address nobody has used. */
export function meetLearner(places: Places): Learner {
  const name = randomUUID().slice(0, 8);
  const learner: Learner = {
    places,
    email: `mina.${name}@example.com`,
    password: `paper boats drift ${name}`,
    displayName: 'Mina Park',
    accessToken: null,
    client: createClient({
      url: places.gateway,
      clientName: 'studymate-story',
      accessToken: () => learner.accessToken,
    }),
  };
  return learner;
}

/** An idempotency key that was never used. */
export const freshKey = (): string => randomUUID();
