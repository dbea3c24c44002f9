import { demoUsers } from '@studymate/contracts';
import { connectAuth } from '@studymate/database/auth';
import { isProduction } from '@studymate/runtime';
import { type Context, createContext } from './context.ts';
import { connectRedis } from './redis.ts';
import { createResources } from './resources.ts';
import { announceUser } from './user/user.events.ts';

const seededAt = new Date('2026-01-01T00:00:00Z');

type DemoUser = (typeof demoUsers)[number];

/** Makes the account unless it is there; says so to the other domains, which grant it what every new account gets. */
async function seedUser(context: Context, demo: DemoUser): Promise<void> {
  const { id, email, password, displayName, role } = demo;
  if (await context.users.find(id)) return;
  const hashed = await context.passwords.hash(password);
  await context.transaction(async (inner) => {
    await inner.users.lockEmail(email);
    if (await inner.users.findByEmail(email)) return;
    const user = await inner.users.create({
      id,
      email,
      displayName,
      locale: 'en',
      timeZone: 'UTC',
      roles: [role],
      at: seededAt,
    });
    await inner.credentials.set(id, hashed, seededAt);
    await announceUser(inner, user);
  });
}

/** Makes the demo accounts of a local StudyMate; does nothing where they exist, and refuses in production. */
export async function seed({ databaseUrl }: { readonly databaseUrl: string }): Promise<void> {
  if (isProduction()) throw new Error('Demo users are not for production.');
  const database = connectAuth(databaseUrl);
  // Nothing here is limited or revoked, so this connection is never opened.
  const resources = createResources({ database, redis: connectRedis('redis://127.0.0.1:1') });
  const context = createContext({ database, resources, viewer: null });
  try {
    for (const demo of demoUsers) await seedUser(context, demo);
  } finally {
    await database.$disconnect();
  }
}
