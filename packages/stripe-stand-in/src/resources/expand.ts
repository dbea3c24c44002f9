import type { Account } from '../account.ts';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The answer with the ids at `paths` (such as `latest_invoice` or `data.customer`) replaced by their objects. */
export function expand(account: Account, answer: object, paths: readonly string[]): object {
  if (paths.length === 0) return answer;
  const copy: unknown = JSON.parse(JSON.stringify(answer));
  for (const path of paths) expandPath(account, copy, path.split('.'));
  return isRecord(copy) ? copy : answer;
}

function expandPath(account: Account, value: unknown, path: readonly string[]): void {
  const [name, ...rest] = path;
  if (Array.isArray(value)) {
    for (const item of value) expandPath(account, item, path);
    return;
  }
  if (name === undefined || !isRecord(value)) return;
  const current = value[name];
  if (typeof current === 'string') value[name] = findObject(account, current) ?? current;
  expandPath(account, value[name], rest);
}

function findObject({ state }: Account, id: string): object | undefined {
  const rows = [
    state.customers,
    state.products,
    state.prices,
    state.paymentMethods,
    state.subscriptions,
    state.invoices,
  ].find((candidates) => Object.hasOwn(candidates, id));
  return rows?.[id];
}
