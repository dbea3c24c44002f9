import { parseConnection } from './connection.ts';
import { isObject } from './objects.ts';

/** A failure in Prisma's own words and codes, as its CLI prints them. */
export interface UserFacingError {
  readonly error_code?: string;
  readonly message: string;
}

export function userFacing(error: unknown, url: string | undefined): UserFacingError {
  const { code, message } = describeError(error);
  const target = url ? parseConnection(url) : undefined;
  switch (code) {
    case '3D000':
      return { error_code: 'P1003', message: `Database \`${target?.database}\` does not exist` };
    case 'ECONNREFUSED':
      return {
        error_code: 'P1001',
        message: `Can't reach database server at \`${target?.host}:${target?.port}\``,
      };
    case '28P01':
      return {
        error_code: 'P1000',
        message: `Authentication failed against the database server at \`${target?.host}\``,
      };
    case '42P04':
      return { error_code: 'P1009', message: `Database \`${target?.database}\` already exists` };
    default:
      return { ...(/^P\d{4}$/.test(code) ? { error_code: code } : {}), message };
  }
}

function describeError(error: unknown): { code: string; message: string } {
  if (!isObject(error)) return { code: '', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const message = 'message' in error && typeof error.message === 'string' ? error.message : String(error);
  return { code, message };
}
