import type { User } from '@studymate/database/auth';
import type { Context } from '../context.ts';

const profileOf = (user: User) => ({
  userId: user.id,
  email: user.email,
  displayName: user.displayName,
  locale: user.locale,
  timeZone: user.timeZone,
  dayStartMinutes: user.dayStartMinutes,
});

/** Said once per account, when its address is verified: only then do others grant it anything. */
export const announceUser = (context: Context, user: User) =>
  context.events.publish('auth.user.registered', profileOf(user));

export const announceProfile = (context: Context, user: User) =>
  context.events.publish('auth.user.updated', profileOf(user));
