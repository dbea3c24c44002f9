import { z } from 'zod';
import type { Account } from './account.ts';
import { badRequest } from './errors.ts';
import type { FormFields } from './form.ts';

export interface Call<I> {
  readonly account: Account;
  /** The `:id` of the path, or '' where it has none. */
  readonly id: string;
  readonly input: I;
}

export interface Route {
  answer(account: Account, id: string, body: FormFields): object;
}

/** `METHOD /path/:id` → what answers it. */
export type Routes = Readonly<Record<string, Route>>;

/** One API endpoint: parameters that `schema` refuses are answered as Stripe answers a bad parameter. */
export const route = <S extends z.ZodType>(schema: S, run: (call: Call<z.output<S>>) => object): Route => ({
  answer(account, id, body) {
    const parsed = schema.safeParse(body);
    if (parsed.success) return run({ account, id, input: parsed.data });
    throw parameterFault(parsed.error);
  },
});

function parameterFault(error: z.ZodError) {
  const issue = error.issues[0];
  const [head = '', ...rest] = (issue?.path ?? []).map(String);
  const within = head + rest.map((part) => `[${part}]`).join('');
  if (issue?.code === 'unrecognized_keys') {
    const name = within ? `${within}[${issue.keys[0]}]` : String(issue.keys[0]);
    return badRequest(`Received unknown parameter: ${name}`, name, 'parameter_unknown');
  }
  if (issue?.code === 'invalid_type' && issue.input === undefined) {
    return badRequest(`Missing required param: ${within}.`, within, 'parameter_missing');
  }
  return badRequest(`Invalid ${within}: ${issue?.message}`, within);
}

export const integer = z.coerce.number().int();
export const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
export const metadata = z.record(z.string(), z.string());
/** Stripe unsets a field that is sent empty. */
export const emptyable = z.string().transform((value) => (value === '' ? null : value));

const paging = {
  limit: integer.min(1).max(100).default(10),
  starting_after: z.string().optional(),
  ending_before: z.string().optional(),
};

/** The parameters of a list endpoint: paging and the filters it knows. */
export const listParameters = <S extends z.ZodRawShape>(filters: S) =>
  z.strictObject({ ...paging, ...filters });

interface Paging {
  readonly limit: number;
  readonly starting_after?: string | undefined;
  readonly ending_before?: string | undefined;
}

/** One page of rows in Stripe's list shape. `rows` is in order of creation; the answer is newest first. */
export function listPage<T extends { id: string }>(rows: readonly T[], page: Paging, url: string) {
  const newestFirst = rows.toReversed();
  const after = newestFirst.findIndex(({ id }) => id === page.starting_after);
  const before = newestFirst.findIndex(({ id }) => id === page.ending_before);
  const end = before < 0 ? newestFirst.length : before;
  const rest = newestFirst.slice(after + 1, end);
  const data = before < 0 ? rest.slice(0, page.limit) : rest.slice(-page.limit);
  return { object: 'list', url, has_more: rest.length > data.length, data };
}
