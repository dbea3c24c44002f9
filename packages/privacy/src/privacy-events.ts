import type { Domain, EventPayload } from '@studymate/contracts';
import { forgetMentions } from '@studymate/jobs';
import type { ObjectStore } from '@studymate/storage';
import type { SubgraphContext } from '@studymate/subgraph-kit';
import type { PersonalData, RowCounts, RowsByTable } from './personal-data.ts';

/** What a domain's context has for these events. */
export interface PrivacyContext<C> extends SubgraphContext<C> {
  readonly personalData: PersonalData;
}

/** What is written to object storage for one domain's part of an export. */
export interface ExportPart {
  readonly tables: RowsByTable;
  /** Objects that go with the rows. */
  readonly objectKeys: readonly string[];
}

export interface CollectOptions<C> {
  readonly domain: Domain;
  readonly objects: ObjectStore;
  /** Reads what is sealed, so that its owner can. */
  readonly reveal?: (context: C, tables: RowsByTable) => Promise<RowsByTable>;
}

export interface PrivacyOptions<C> extends CollectOptions<C> {
  readonly redisUrl: string;
  /** Whatever has to go or stay beside rows and objects: it runs first, in the same transaction, maybe twice. */
  readonly beforeErasure?: (context: C, erasure: Erasure) => Promise<void>;
}

export interface Erasure {
  readonly userId: string;
  /** Stands for the person in what is kept. The same for all rows of one erasure in all domains. */
  readonly pseudonym: string;
}

export const countRows = (tables: RowsByTable): RowCounts =>
  Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, rows.length]));

/** Where a domain's part of an export is put. */
export const partKey = (folder: string, domain: string): string => `${folder}/${domain}.json`;

/** Whom the rows of an erasure speak of from then on; tells nothing of who it was. */
export const pseudonymOf = (erasureId: string): string => `erased_${erasureId}`;

/** Puts all that the domain has of the user into object storage, and tells that it is there. */
export const collectOn =
  <C extends PrivacyContext<C>>({ domain, objects, reveal }: CollectOptions<C>) =>
  async (context: C, { exportId, userId, folder }: EventPayload<'auth.export.requested'>): Promise<void> => {
    const sealed = await context.personalData.collect(userId);
    const tables = reveal ? await reveal(context, sealed) : sealed;
    const objectKeys = await context.personalData.listObjectKeys(userId, 'EXPORT');
    const key = partKey(folder, domain);
    await objects.put(key, JSON.stringify({ tables, objectKeys } satisfies ExportPart), 'application/json');
    await context.events.publish('privacy.data.collected', {
      exportId,
      domain,
      key,
      rows: countRows(tables),
    });
  };

/**
 * Forgets the user: objects first, since only the rows know of them, then the rows, then what waits in queues. Each
 * step may be done twice.
 */
const eraseOn =
  <C extends PrivacyContext<C>>({ domain, objects, redisUrl, beforeErasure }: PrivacyOptions<C>) =>
  async (context: C, { erasureId, userId, pass }: EventPayload<'auth.erasure.begun'>): Promise<void> => {
    const pseudonym = pseudonymOf(erasureId);
    await beforeErasure?.(context, { userId, pseudonym });
    const keys = await context.personalData.listObjectKeys(userId, 'ERASURE');
    for (const key of keys) await objects.erase(key);
    for (const { typename, id } of await context.personalData.listCached(userId)) {
      await context.changes.entity(typename, id);
    }
    const rows = await context.personalData.erase(userId, pseudonym);
    await forgetMentions({ domain, redisUrl, text: userId });
    await context.events.publish('privacy.data.erased', { erasureId, domain, pass, rows });
  };

/** What a domain does when a user wants their data, or wants to be forgotten. */
export const privacyEvents = <C extends PrivacyContext<C>>(options: PrivacyOptions<C>) => ({
  'auth.export.requested': collectOn(options),
  'auth.erasure.begun': eraseOn(options),
});
