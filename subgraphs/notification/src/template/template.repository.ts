import { newId } from '@studymate/contracts';
import type {
  NotificationDatabase,
  NotificationTemplate,
  TemplateText,
} from '@studymate/database/notification';
import type { Page } from '@studymate/subgraph-kit';
import DataLoader from 'dataloader';
import type { Category } from '../notification/category.ts';

/** Batches the reads of one tick and forgets them: a worker's repositories live as long as the worker. */
const batchOnly = { cache: false };

/** Of each language the newest text that is not newer than the version. */
export function textsAsOf<Text extends Pick<TemplateText, 'locale' | 'version'>>(
  texts: readonly Text[],
  version: number,
): Text[] {
  const newest = new Map<string, Text>();
  for (const text of texts) {
    const known = newest.get(text.locale);
    if (text.version <= version && (!known || known.version < text.version)) newest.set(text.locale, text);
  }
  return [...newest.values()].toSorted((one, other) => (one.locale < other.locale ? -1 : 1));
}

export type NewText = Omit<TemplateText, 'templateId' | 'version'>;

/** Templates by key; versions are only ever added. */
export function createTemplateRepository(database: NotificationDatabase) {
  const byId = new DataLoader<string, NotificationTemplate | null>(async (ids) => {
    const rows = await database.notificationTemplate.findMany({ where: { id: { in: [...ids] } } });
    const found = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => found.get(id) ?? null);
  }, batchOnly);
  const texts = new DataLoader<string, TemplateText[]>(async (templateIds) => {
    const rows = await database.templateText.findMany({ where: { templateId: { in: [...templateIds] } } });
    const grouped = Map.groupBy(rows, ({ templateId }) => templateId);
    return templateIds.map((id) => grouped.get(id) ?? []);
  }, batchOnly);

  return {
    find: (id: string) => byId.load(id),
    findByKey: (key: string): Promise<NotificationTemplate | null> =>
      database.notificationTemplate.findUnique({ where: { key } }),
    /** The texts of the template's version, one per language. */
    texts: async ({ id, version }: Pick<NotificationTemplate, 'id' | 'version'>): Promise<TemplateText[]> =>
      textsAsOf(await texts.load(id), version),
    page: (page: Page): Promise<NotificationTemplate[]> =>
      database.notificationTemplate.findMany({
        ...(page.cursor?.[0] === undefined ? {} : { where: { key: { gt: page.cursor[0] } } }),
        orderBy: { key: 'asc' },
        take: page.take,
      }),
    /** A first version; null when the key was taken meanwhile. */
    async create(key: string, category: Category, text: NewText): Promise<NotificationTemplate | null> {
      const row = { id: newId('NotificationTemplate'), key, category, version: 1 };
      const { count } = await database.notificationTemplate.createMany({ data: row, skipDuplicates: true });
      if (count === 0) return null;
      await database.templateText.create({ data: { ...text, templateId: row.id, version: 1 } });
      return row;
    },
    /** The next version; null when the version seen is no longer the newest. */
    async advance(seen: NotificationTemplate, category: Category, text: NewText) {
      const version = seen.version + 1;
      const { count } = await database.notificationTemplate.updateMany({
        where: { id: seen.id, version: seen.version },
        data: { version, category },
      });
      if (count === 0) return null;
      await database.templateText.create({ data: { ...text, templateId: seen.id, version } });
      return { ...seen, category, version };
    },
  };
}

export type TemplateRepository = ReturnType<typeof createTemplateRepository>;
