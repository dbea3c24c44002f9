import { conflict, invalidInput, newRowId, rateLimited } from '@studymate/contracts';
import type { User } from '@studymate/database/auth';
import { parseInput, requireViewer } from '@studymate/subgraph-kit';
import { z } from 'zod';
import type { UpdateProfileInput } from '../__generated__/resolvers.ts';
import type { Context } from '../context.ts';
import { announceProfile } from './user.events.ts';
import type { ProfileChanges } from './user.repository.ts';
import { getUser } from './user.service.ts';

const zoneChangesPerDay = 3;
const dayMs = 86_400_000;
const oldestBirthDate = '1900-01-01';

/** One line of printable characters: what ends up in mail headers and logs must not break a line. */
export const displayNameSchema = z
  .string()
  .transform((name) => name.normalize('NFC').trim())
  .pipe(
    z
      .string()
      .min(1)
      .max(80)
      .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]+$/u, 'must be one line of text'),
  );

const profileSchema = (today: string) =>
  z.object({
    displayName: displayNameSchema.optional(),
    phoneNumber: z
      .string()
      .transform((text) => text.normalize('NFKC').replaceAll(/[\s().-]/g, ''))
      .pipe(z.string().regex(/^\+[1-9]\d{6,14}$/, 'must be in E.164 form, such as +821012345678'))
      .nullable()
      .optional(),
    birthDate: z
      .string()
      .refine((day) => day >= oldestBirthDate && day <= today, 'must lie in the past')
      .nullable()
      .optional(),
    avatarUrl: z
      .url({ protocol: /^https?$/ })
      .max(2_048)
      .nullable()
      .optional(),
    locale: z.string().max(35).optional(),
    timeZone: z.string().max(64).optional(),
    dayStartMinutes: z.int().min(0).max(1_439).optional(),
  });

const notNullable = ['displayName', 'locale', 'timeZone', 'dayStartMinutes'] as const;

/** Without keys that were not given: an absent field stays as it is. */
const given = (values: z.output<ReturnType<typeof profileSchema>>): ProfileChanges =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

function parseProfile(context: Context, input: UpdateProfileInput): ProfileChanges {
  const { expectedVersion: _, ...fields } = input;
  for (const field of notNullable) {
    if (fields[field] === null) throw invalidInput(['input', field], `${field} cannot be empty.`, 'required');
  }
  return given(parseInput(profileSchema(context.now().toISOString().slice(0, 10)), 'input', fields));
}

/** Notes the move in the journal; throws RATE_LIMITED at the fourth within 24 hours. */
async function recordMove(context: Context, user: User, timeZone: string): Promise<void> {
  const at = context.now();
  const recent = await context.users.timeZoneChangesSince(user.id, new Date(at.getTime() - dayMs));
  const [oldest] = recent;
  if (oldest && recent.length >= zoneChangesPerDay) {
    throw rateLimited(Math.ceil((oldest.at.getTime() + dayMs - at.getTime()) / 1000));
  }
  const change = { id: newRowId(), userId: user.id, before: user.timeZone, after: timeZone, at };
  await context.users.recordTimeZoneChange(change);
}

/** Changes what is given; throws CONFLICT when the profile was changed since `expectedVersion`. */
export async function updateProfile(context: Context, input: UpdateProfileInput): Promise<User> {
  const viewer = requireViewer(context);
  const changes = parseProfile(context, input);
  return context.transaction(async (inner) => {
    const user = await getUser(inner, viewer.id);
    const seen = input.expectedVersion ?? user.version;
    if (seen !== user.version) throw conflict('The profile was changed in the meantime.', user.version);

    // A picture elsewhere takes the place of the one that was uploaded, which the sweep deletes.
    const taken = changes.avatarUrl === undefined ? changes : { ...changes, avatarKey: null };
    const updated = await inner.users.update(user, taken, inner.now());
    if (!updated) throw conflict('The profile was changed in the meantime.');
    if (updated.timeZone !== user.timeZone) await recordMove(inner, user, updated.timeZone);
    await announceProfile(inner, updated);
    return updated;
  });
}
