import { type EventPayload, forbidden, newRowId, rateLimited, subscribers } from '@studymate/contracts';
import type { DataExport } from '@studymate/database/auth';
import { newObjectKey } from '@studymate/storage';
import { recordAct } from '../audit/audit.service.ts';
import type { Context } from '../context.ts';
import { requestMail } from '../mail/account-mail.service.ts';
import { requireFreshProof } from '../session/session.service.ts';
import { canReadSecurityOf } from '../user/user.policy.ts';
import { getUser } from '../user/user.service.ts';

const dayMs = 86_400_000;
const exportsPerDay = 3;
/** What is not complete by then never will be. */
const collectingForMs = dayMs;

const collectors: readonly string[] = subscribers['auth.export.requested'];

/** Asks every domain for what it has of the user. */
async function beginExport(context: Context, userId: string): Promise<void> {
  const requestedAt = context.now();
  const dataExport = {
    id: newRowId(),
    userId,
    folder: newObjectKey({ kind: 'export' }),
    requestedAt,
    expiresAt: new Date(requestedAt.getTime() + collectingForMs),
  };
  // While one is being collected, another would be the same.
  if (!(await context.dataExports.create(dataExport))) return;
  const { id: exportId, folder } = dataExport;
  await context.events.publish('auth.export.requested', { exportId, userId, folder });
  const user = await getUser(context, userId);
  await requestMail(context, { kind: 'DATA_EXPORT_REQUESTED', recipient: user.email, user });
  await recordAct(context, { act: 'account.exported', userId });
}

/** Throws STEP_UP_REQUIRED without a fresh proof, and RATE_LIMITED at the fourth within 24 hours. */
export async function requestDataExport(context: Context): Promise<void> {
  const { userId } = await requireFreshProof(context);
  const since = new Date(context.now().getTime() - dayMs);
  if ((await context.dataExports.countSince(userId, since)) >= exportsPerDay) throw rateLimited(dayMs / 1000);
  await context.transaction((inner) => beginExport(inner, userId));
}

/** The user's latest exports, the youngest first. */
export async function listDataExportsOf(context: Context, userId: string): Promise<DataExport[]> {
  if (!canReadSecurityOf(context.viewer, userId)) throw forbidden('see these exports');
  return context.dataExports.ofUser(userId);
}

/**
 * A link to the archive, good for 15 minutes, or null while there is none. It holds everything about its owner, so it
 * takes a fresh proof, and neither a key nor an administrator gets it.
 */
export async function findDownloadUrl(context: Context, dataExport: DataExport): Promise<string | null> {
  const { userId } = await requireFreshProof(context);
  if (userId !== dataExport.userId) throw forbidden('download this export');
  const { state, archiveKey, expiresAt, requestedAt } = dataExport;
  if (state !== 'READY' || archiveKey === null || expiresAt <= context.now()) return null;
  const fileName = `studymate-${requestedAt.toISOString().slice(0, 10)}.zip`;
  return (await context.objects.presignGet(archiveKey, fileName)).url;
}

/** Notes that a domain has given its part; the last one has the archive made. */
export async function noteCollected(
  context: Context,
  part: EventPayload<'privacy.data.collected'>,
): Promise<void> {
  const count = await context.dataExports.addPart(part);
  if (count === collectors.length) {
    await context.jobs.enqueue('assembleDataExport', { exportId: part.exportId });
  }
}
