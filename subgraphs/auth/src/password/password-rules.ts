import { invalidInput } from '@studymate/contracts';
import { isCommonPassword } from './common-passwords.ts';
import { contextWords, repeatedUnit, unpredictableLength } from './predictability.ts';

export const minLength = 15;
export const minLengthWithMfa = 8;
export const maxLength = 128;
/** Beyond this no list of known passwords reaches, so only short ones are searched for known pieces. */
const longestSearched = 32;
const minUnpredictable = 8;
const minUnpredictableWithMfa = 5;

export interface PasswordRules {
  /** Where in the input the password stands, for the error. */
  readonly path: string;
  /** What an attacker would try first: the user's name and address. */
  readonly context: readonly string[];
  /** A second factor is on, so that a shorter password is enough. */
  readonly hasSecondFactor?: boolean;
}

/** NFKC, so that a password typed as composed or decomposed characters is the same one. Nothing is cut or trimmed. */
export const normalizePassword = (password: string): string => password.normalize('NFKC');

export const refusePassword = (path: string, message: string, constraint: string) =>
  invalidInput([path], `${path}: ${message}`, constraint);

/**
 * The password in the form that is hashed; throws VALIDATION when it is too short or too long, known from
 * leaks, or built from the user's own name and address. No rules on kinds of characters
 * (NIST SP 800-63B-4, 3.1.1.2).
 */
export function parseNewPassword(password: string, rules: PasswordRules): string {
  const normalized = normalizePassword(password);
  const refuse = (message: string, constraint: string) => refusePassword(rules.path, message, constraint);
  const shortest = rules.hasSecondFactor ? minLengthWithMfa : minLength;
  const length = [...normalized].length;

  if (length < shortest) throw refuse(`use at least ${shortest} characters`, 'min_length');
  if (length > maxLength) throw refuse(`use at most ${maxLength} characters`, 'max_length');
  if (!normalized.isWellFormed() || normalized.includes('\u0000')) {
    throw refuse('contains characters that cannot be typed', 'characters');
  }
  if (isCommonPassword(normalized) || isCommonPassword(repeatedUnit(normalized.toLowerCase()))) {
    throw refuse('this password is known from leaks', 'common');
  }
  const least = rules.hasSecondFactor ? minUnpredictableWithMfa : minUnpredictable;
  const context = contextWords([...rules.context, 'studymate']);
  if (length < longestSearched && unpredictableLength(normalized, context) < least) {
    throw refuse('this password is easy to guess: use words that have nothing to do with you', 'predictable');
  }
  return normalized;
}
