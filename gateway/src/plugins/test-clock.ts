import { refusal } from './read-body.ts';

/** The instant of an X-Test-Clock header, for subgraphs to take as now. Refused in production (400). */
export function testClockOf(given: string | string[] | undefined, isProduction: boolean): string | null {
  if (given === undefined) return null;
  const instant = typeof given === 'string' ? new Date(given) : new Date(Number.NaN);
  if (isProduction || Number.isNaN(instant.getTime())) {
    throw refusal(400, 'BAD_USER_INPUT', 'X-Test-Clock is not accepted.');
  }
  return instant.toISOString();
}
