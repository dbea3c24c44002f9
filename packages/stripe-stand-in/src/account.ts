import { randomBytes } from 'node:crypto';
import Stripe from 'stripe';
import { missing } from './errors.ts';
import type { State } from './store.ts';

/** The one Stripe account that the stand-in plays: its data, its clock and its stream of events. */
export interface Account {
  readonly state: State;
  /** Where the stand-in is reached; hosted pages live under it. */
  readonly url: string;
  /** Unix seconds, as every time in Stripe's API. */
  now(): number;
  /** Records an event about `object` as it is at this moment and queues its webhook. */
  emit(type: Stripe.Event['type'], object: object): void;
}

/** The API version whose shapes the stand-in speaks: that of the installed SDK. */
export const apiVersion = Stripe.API_VERSION;

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A new id in Stripe's form, such as `cus_9s6XKzkNRiz8i3`. */
export const createId = (prefix: string, length = 24) =>
  `${prefix}_${[...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join('')}`;

/** The stored object, or Stripe's 404. */
export function getStored<T>(rows: Record<string, T>, object: string, id: string): T {
  const row = Object.hasOwn(rows, id) ? rows[id] : undefined;
  if (!row) throw missing(object, id);
  return row;
}

/** The id in a field that may hold an id or an expanded object. */
export const idOf = (value: string | { id: string } | null): string | null =>
  value === null || typeof value === 'string' ? value : value.id;

export const daySeconds = 86_400;
