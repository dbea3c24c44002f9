import { DomainError } from '@studymate/contracts';
import type { z } from 'zod';

/** The value as the schema wants it; throws VALIDATION that names the field and what it breaks. */
export function parseInput<T extends z.ZodType>(
  schema: T,
  path: string | readonly string[],
  value: unknown,
): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const at = [...(typeof path === 'string' ? [path] : path), ...(issue?.path.map(String) ?? [])];
  throw new DomainError('VALIDATION', `${at.join('.')}: ${issue?.message ?? 'is not valid'}`, {
    path: at,
    ...(issue ? { constraint: issue.code } : {}),
  });
}
