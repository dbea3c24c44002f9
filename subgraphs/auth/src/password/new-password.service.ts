import type { Context } from '../context.ts';
import { type PasswordRules, parseNewPassword, refusePassword } from './password-rules.ts';

/** The password in the form that is hashed; throws VALIDATION for one that breaks a rule or is known from leaks. */
export async function requireNewPassword(
  context: Context,
  password: string,
  rules: PasswordRules,
): Promise<string> {
  const normalized = parseNewPassword(password, rules);
  if (await context.breachedPasswords.isBreached(normalized)) {
    throw refusePassword(rules.path, 'this password is known from leaks', 'common');
  }
  return normalized;
}
