import type { SubscriptionDatabase } from '@studymate/database/subscription';
import { createPersonalData, type PersonalData } from '@studymate/privacy';
import { contextFactory, type SubgraphContext } from '@studymate/subgraph-kit';
import {
  type BillingAccountRepository,
  createBillingAccountRepository,
} from './billing-account/billing-account.repository.ts';
import { type CheckoutRepository, createCheckoutRepository } from './checkout/checkout.repository.ts';
import { type CreditRepository, createCreditRepository } from './credit/credit.repository.ts';
import { createUseRepository, type UseRepository } from './entitlement/entitlement.repository.ts';
import { createInvoiceRepository, type InvoiceRepository } from './invoice/invoice.repository.ts';
import {
  createPaymentMethodRepository,
  type PaymentMethodRepository,
} from './payment-method/payment-method.repository.ts';
import { createPlanRepository, type PlanRepository } from './plan/plan.repository.ts';
import {
  createPlanChangeRepository,
  type PlanChangeRepository,
} from './plan-change/plan-change.repository.ts';
import { personalTables } from './privacy/personal-tables.ts';
import type { BillingProvider } from './provider/provider.ts';
import {
  createSubscriptionRepository,
  type SubscriptionRepository,
} from './subscription/subscription.repository.ts';
import {
  createProviderEventRepository,
  type ProviderEventRepository,
} from './webhook/provider-event.repository.ts';

/** What lives outside the database. */
export interface Resources {
  readonly provider: BillingProvider;
  /** Where people land after a payment page. */
  readonly returnUrl: string;
}

interface Repositories {
  readonly accounts: BillingAccountRepository;
  readonly plans: PlanRepository;
  readonly subscriptions: SubscriptionRepository;
  readonly invoices: InvoiceRepository;
  readonly paymentMethods: PaymentMethodRepository;
  readonly checkouts: CheckoutRepository;
  readonly planChanges: PlanChangeRepository;
  readonly credits: CreditRepository;
  readonly uses: UseRepository;
  readonly providerEvents: ProviderEventRepository;
}

/** Everything one request may touch. */
export interface Context extends SubgraphContext<Context>, Resources, Repositories {
  readonly personalData: PersonalData;
}

const repositoriesOver = (database: SubscriptionDatabase): Repositories => ({
  accounts: createBillingAccountRepository(database),
  plans: createPlanRepository(database),
  subscriptions: createSubscriptionRepository(database),
  invoices: createInvoiceRepository(database),
  paymentMethods: createPaymentMethodRepository(database),
  checkouts: createCheckoutRepository(database),
  planChanges: createPlanChangeRepository(database),
  credits: createCreditRepository(database),
  uses: createUseRepository(database),
  providerEvents: createProviderEventRepository(database),
});

/** After a transaction the request forgets what it had read before it. */
export const createContext = contextFactory<SubscriptionDatabase, Resources, Context>(
  (database, base, resources) => {
    const repositories = repositoriesOver(database);
    return {
      ...base,
      ...resources,
      ...repositories,
      personalData: createPersonalData(database, personalTables),
      transaction: async (work) => {
        const result = await base.transaction(work);
        for (const repository of Object.values(repositories)) repository.forget();
        return result;
      },
    };
  },
);
