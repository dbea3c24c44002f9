import { z } from 'zod';
import { createId, getStored } from '../account.ts';
import { type Routes, route } from '../routing.ts';

export const portalRoutes: Routes = {
  'POST /v1/billing_portal/sessions': route(
    z.strictObject({ customer: z.string(), return_url: z.url().optional(), locale: z.string().optional() }),
    ({ account, input }) => {
      getStored(account.state.customers, 'customer', input.customer);
      const id = createId('bps');
      account.state.portalSessions[id] = {
        id,
        object: 'billing_portal.session',
        configuration: 'bpc_stand_in',
        created: account.now(),
        customer: input.customer,
        customer_account: null,
        flow: null,
        livemode: false,
        locale: input.locale ?? null,
        on_behalf_of: null,
        return_url: input.return_url ?? null,
        url: `${account.url}/p/session/${id}`,
      };
      return getStored(account.state.portalSessions, 'billing_portal.session', id);
    },
  ),
};
