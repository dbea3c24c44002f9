import { z } from 'zod';
import { getStored } from '../account.ts';
import { integer, listPage, listParameters, type Routes, route } from '../routing.ts';

const range = z.union([
  integer,
  z.strictObject({
    gt: integer.optional(),
    gte: integer.optional(),
    lt: integer.optional(),
    lte: integer.optional(),
  }),
]);
const filters = listParameters({
  type: z.string().optional(),
  types: z.array(z.string()).optional(),
  created: range.optional(),
});

export const eventRoutes: Routes = {
  'GET /v1/events': route(filters, ({ account, input }) => {
    const found = Object.values(account.state.events).filter(
      ({ type, created }) =>
        (!input.type || type === input.type) &&
        (!input.types || input.types.includes(type)) &&
        isWithin(created, input.created),
    );
    return listPage(found, input, '/v1/events');
  }),
  'GET /v1/events/:id': route(z.strictObject({}), ({ account, id }) =>
    getStored(account.state.events, 'event', id),
  ),
};

function isWithin(created: number, wanted: z.output<typeof range> | undefined): boolean {
  if (wanted === undefined) return true;
  if (typeof wanted === 'number') return created === wanted;
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = wanted;
  return created > gt && created >= gte && created < lt && created <= lte;
}
