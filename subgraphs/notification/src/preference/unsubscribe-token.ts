import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Category, categories } from '../notification/category.ts';

/** Whose mails of which category a token stops. */
export interface Unsubscription {
  readonly userId: string;
  readonly category: Category;
}

const macOf = (payload: string, secret: string): Buffer =>
  createHmac('sha256', secret).update(`unsubscribe:${payload}`).digest().subarray(0, 16);

/** The token of a mail's unsubscribe link. It holds no more than the right to stop these mails, and never ends. */
export function signUnsubscription({ userId, category }: Unsubscription, secret: string): string {
  const payload = Buffer.from(JSON.stringify([userId, category])).toString('base64url');
  return `${payload}.${macOf(payload, secret).toString('base64url')}`;
}

/** What a token allows, or null when it is not one of ours. */
export function parseUnsubscription(token: string, secret: string): Unsubscription | null {
  const [payload = '', mac = '', ...rest] = token.split('.');
  const expected = macOf(payload, secret);
  const given = Buffer.from(mac, 'base64url');
  if (rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const [userId, name] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as [string, string];
  const category = categories.find((known) => known === name);
  return category === undefined ? null : { userId, category };
}
