import type { User } from '@studymate/database/auth';
import { z } from 'zod';
import type { Context } from '../context.ts';

const keptSeconds = 30 * 60;
const nullableText = z.string().nullable();
const nullableDate = z.coerce.date().nullable();

/** The row by way of JSON. A column that is missing here does not compile. */
const userSchema: z.ZodType<User> = z.object({
  id: z.string(),
  email: z.string(),
  displayName: z.string(),
  avatarUrl: nullableText,
  avatarKey: nullableText,
  locale: z.string(),
  timeZone: z.string(),
  dayStartMinutes: z.number(),
  phoneNumberCipher: nullableText,
  phoneNumberIndex: nullableText,
  birthDateCipher: nullableText,
  roles: z.array(z.enum(['LEARNER', 'AUTHOR', 'ADMIN', 'SUPPORT'])),
  version: z.number(),
  emailVerifiedAt: z.coerce.date(),
  disabledAt: nullableDate,
  disabledReason: nullableText,
  planCode: nullableText,
  createdAt: z.coerce.date(),
  updatedAt: z.coerce.date(),
});

/** The viewer's account, kept until it changes; what is private in it stays sealed. */
export const keepUser = (context: Context, id: string): Promise<User | null> =>
  context.cache.read(
    {
      name: 'session',
      scope: 'PRIVATE',
      of: [],
      tags: [['User', id]],
      seconds: keptSeconds,
      parse: userSchema.nullable().parse,
    },
    () => context.users.find(id),
  );
