import type { JobPayload } from '@studymate/contracts';
import { type ExportPart, partKey } from '@studymate/privacy';
import type { Context } from '../context.ts';
import { requestMail } from '../mail/account-mail.service.ts';
import { getUser } from '../user/user.service.ts';
import { createArchive } from './archive.ts';
import type { DataExportWithParts } from './data-export.repository.ts';

const keptForMs = 7 * 86_400_000;

const archiveKeyOf = (folder: string) => `${folder}/archive.zip`;

async function readParts(
  context: Context,
  { parts }: DataExportWithParts,
): Promise<Record<string, ExportPart>> {
  const found: Record<string, ExportPart> = {};
  for (const { domain, key } of parts) {
    const object = await context.objects.get(key);
    if (!object) throw new Error(`The part of ${domain} is not in object storage.`);
    found[domain] = JSON.parse(object.body.toString()) as ExportPart;
  }
  return found;
}

async function eraseParts(context: Context, { folder, parts }: DataExportWithParts): Promise<void> {
  for (const { domain } of parts) await context.objects.erase(partKey(folder, domain));
}

/** Makes the archive of an export whose parts are all there, tells its owner, and erases the parts. */
export async function assembleDataExport(
  context: Context,
  { exportId }: JobPayload<'assembleDataExport'>,
): Promise<void> {
  const dataExport = await context.dataExports.findWithParts(exportId);
  if (dataExport?.state !== 'COLLECTING') return;
  const { userId, requestedAt, folder } = dataExport;
  const parts = await readParts(context, dataExport);
  const archive = await createArchive({ exportId, userId, requestedAt, parts }, context.objects);
  const archiveKey = archiveKeyOf(folder);
  await context.objects.put(archiveKey, archive, 'application/zip');
  await context.transaction(async (inner) => {
    const readyAt = inner.now();
    const expiresAt = new Date(readyAt.getTime() + keptForMs);
    const ready = { readyAt, expiresAt, archiveKey, byteSize: archive.byteLength };
    if (!(await inner.dataExports.markReady(exportId, ready))) return;
    const user = await getUser(inner, userId);
    await requestMail(inner, { kind: 'DATA_EXPORT_READY', recipient: user.email, user });
  });
  await eraseParts(context, dataExport);
}

/** Erases archives after a week, and what was never completed. */
export async function expireDataExports(context: Context): Promise<void> {
  for (const dataExport of await context.dataExports.listOver(context.now())) {
    await eraseParts(context, dataExport);
    await context.objects.erase(archiveKeyOf(dataExport.folder));
    await context.dataExports.markExpired(dataExport.id);
  }
}
