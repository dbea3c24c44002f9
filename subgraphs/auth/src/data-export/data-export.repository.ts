import type { AuthDatabase, DataExport, DataExportPart } from '@studymate/database/auth';
import DataLoader from 'dataloader';

export type DataExportRepository = ReturnType<typeof createDataExportRepository>;

export type NewDataExport = Pick<DataExport, 'id' | 'userId' | 'folder' | 'requestedAt' | 'expiresAt'>;
export type DataExportWithParts = DataExport & { readonly parts: readonly DataExportPart[] };

/** As many as anybody needs to see. */
const shownPerUser = 10;

/** Reads and writes exports and which domain has given its part. */
export function createDataExportRepository(database: AuthDatabase) {
  const byUser = new DataLoader<string, DataExport[]>(
    async (userIds) => {
      const rows = await database.$queryRaw<DataExport[]>`
        select page.* from unnest(${[...userIds]}::text[]) as owner("id") cross join lateral (
          select * from "DataExport" where "userId" = owner."id"
          order by "requestedAt" desc, "id" desc limit ${shownPerUser}
        ) as page`;
      const found = Map.groupBy(rows, ({ userId }) => userId);
      return userIds.map((id) => found.get(id) ?? []);
    },
    { cache: false },
  );
  return {
    ofUser: (userId: string) => byUser.load(userId),
    countSince: (userId: string, since: Date) =>
      database.dataExport.count({ where: { userId, requestedAt: { gt: since } } }),
    /** False when one is being collected already. */
    async create(dataExport: NewDataExport): Promise<boolean> {
      const { count } = await database.dataExport.createMany({ data: [dataExport], skipDuplicates: true });
      return count === 1;
    },
    /** Notes a domain's part; answers how many there are. Null when there is no such export (any more). */
    async addPart({
      exportId,
      rows,
      ...part
    }: Omit<DataExportPart, 'rows'> & { rows: Record<string, number> }) {
      if (!(await database.dataExport.findUnique({ where: { id: exportId } }))) return null;
      await database.dataExportPart.createMany({ data: [{ exportId, ...part, rows }], skipDuplicates: true });
      return database.dataExportPart.count({ where: { exportId } });
    },
    findWithParts: (id: string): Promise<DataExportWithParts | null> =>
      database.dataExport.findUnique({ where: { id }, include: { parts: { orderBy: { domain: 'asc' } } } }),
    async markReady(
      id: string,
      ready: Pick<DataExport, 'readyAt' | 'expiresAt' | 'archiveKey' | 'byteSize'>,
    ): Promise<boolean> {
      const { count } = await database.dataExport.updateMany({
        where: { id, state: 'COLLECTING' },
        data: { ...ready, state: 'READY' },
      });
      return count === 1;
    },
    listOver: (at: Date): Promise<DataExportWithParts[]> =>
      database.dataExport.findMany({
        where: { state: { in: ['COLLECTING', 'READY'] }, expiresAt: { lte: at } },
        include: { parts: true },
        take: 50,
      }),
    async markExpired(id: string): Promise<void> {
      await database.dataExport.update({ where: { id }, data: { state: 'EXPIRED', archiveKey: null } });
    },
  };
}
