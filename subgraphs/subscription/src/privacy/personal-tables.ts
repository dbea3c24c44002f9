import type { DomainTables } from '@studymate/privacy';

const ofCustomer = `"providerCustomerId" from "BillingAccount" where "userId" = $1`;

/**
 * Every table of subscription. A new table that stands in neither list fails the test beside. What the books are made
 * of stays, without a person: ledger, grants and holds, which must add up, and invoices, which the law has kept.
 */
export const personalTables = {
  personal: {
    BillingAccount: { by: 'userId' },
    UserSubscription: { by: 'userId' },
    SubscriptionEvent: { through: 'UserSubscription', column: 'providerSubscriptionId', key: 'providerId' },
    ProviderEvent: {
      where: `position($1 in "payload"::text) > 0
        or "payload" #>> '{data,object,customer}' in (select ${ofCustomer})
        or "payload" #>> '{data,object,id}' in (select ${ofCustomer})`,
    },
    PaymentMethod: { through: 'BillingAccount', column: 'providerCustomerId', key: 'providerCustomerId' },
    Invoice: { by: 'userId', anonymise: { userId: 'pseudonym', pdfUrl: null, hostedUrl: null } },
    InvoiceLine: { through: 'Invoice', column: 'invoiceId', anonymise: {} },
    Checkout: { by: 'userId' },
    PlanChangeQuote: { by: 'userId', withhold: ['tokenHash'] },
    FeatureUse: { by: 'userId' },
    CreditAccount: { by: 'userId', anonymise: { userId: 'pseudonym' } },
    CreditGrant: { by: 'userId', anonymise: { userId: 'pseudonym' } },
    CreditReservation: { by: 'userId', anonymise: { userId: 'pseudonym' } },
    ReservationHold: {
      through: 'CreditReservation',
      column: 'generationId',
      key: 'generationId',
      anonymise: {},
    },
    LedgerEntry: { by: 'userId', anonymise: { userId: 'pseudonym', memo: null } },
  },
  impersonal: {
    Plan: 'what is on offer',
    PlanFeature: 'what is on offer',
    Price: 'what is on offer',
  },
} as const satisfies DomainTables;
