import { randomUUID } from 'node:crypto';

const sane = /^[\w.:-]{8,64}$/;

/** The caller's own request id where it is a plain word, else a new one. */
export const requestIdOf = (given: string | string[] | undefined): string =>
  typeof given === 'string' && sane.test(given) ? given : randomUUID();
