import type { AuthDatabase, LoginEvent, LoginMethod, LoginOutcome } from '@studymate/database/auth';
import type { Page } from '@studymate/subgraph-kit';
import DataLoader from 'dataloader';
import { createPageLoader } from '../page-loader.ts';

export type LoginEventRepository = ReturnType<typeof createLoginEventRepository>;

export interface NewLoginEvent {
  readonly id: string;
  readonly userId: string | null;
  readonly at: Date;
  readonly outcome: LoginOutcome;
  readonly method: LoginMethod;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
  readonly deviceHash: string;
  readonly country: string | null;
  readonly riskScore: number | null;
  readonly riskReasons: readonly string[];
}

/** From where a user has signed in so far. */
export interface Habits {
  readonly any: boolean;
  readonly thisDevice: boolean;
  readonly countries: ReadonlySet<string>;
  readonly last: { readonly ipAddress: string | null; readonly at: Date } | null;
}

/** Reads and writes the log of sign-ins. One per request, so `find` batches. */
export function createLoginEventRepository(database: AuthDatabase) {
  const byId = new DataLoader<string, LoginEvent | null>(async (ids) => {
    const events = await database.loginEvent.findMany({ where: { id: { in: [...ids] } } });
    const found = new Map(events.map((event) => [event.id, event]));
    return ids.map((id) => found.get(id) ?? null);
  });

  const page = createPageLoader<LoginEvent>(
    (userIds, { take, cursor: [at, id] = [] }) => database.$queryRaw`
    select page.* from unnest(${userIds}::text[]) as owner("id")
    cross join lateral (
      select * from "LoginEvent" where "userId" = owner."id"
        and (${at ?? null}::timestamptz is null or ("at", "id") < (${at ?? null}::timestamptz, ${id ?? null}))
      order by "at" desc, "id" desc limit ${take}
    ) as page`,
  );

  return {
    find: (id: string) => byId.load(id),
    pageOf: (userId: string, slice: Page) => page(userId, slice),
    create: ({ riskReasons, ...event }: NewLoginEvent) =>
      database.loginEvent.create({ data: { ...event, riskReasons: [...riskReasons] } }),

    /** Whether the user has signed in from this device, and from where else. */
    async habits(userId: string, deviceHash: string): Promise<Habits> {
      const where = { userId, outcome: 'SUCCESS' } as const;
      const [seen, last] = await Promise.all([
        database.loginEvent.groupBy({ by: ['deviceHash', 'country'], where }),
        database.loginEvent.findFirst({
          where,
          orderBy: [{ at: 'desc' }, { id: 'desc' }],
          select: { ipAddress: true, at: true },
        }),
      ]);
      return {
        any: seen.length > 0,
        thisDevice: seen.some((event) => event.deviceHash === deviceHash),
        countries: new Set(seen.flatMap(({ country }) => country ?? [])),
        last,
      };
    },
    knowsDevice: async (userId: string, deviceHash: string): Promise<boolean> =>
      (await database.loginEvent.findFirst({
        where: { userId, deviceHash, outcome: 'SUCCESS' },
        select: { id: true },
      })) !== null,
  };
}
