import { demoUsers } from '@studymate/contracts';
import { connectSubscription } from '@studymate/database/subscription';
import { isProduction } from '@studymate/runtime';
import { createContext } from '../context.ts';
import { grant, withAccount } from '../credit/credit.ledger.ts';
import { monthly, periodStart } from '../period/period.ts';
import { createBillingProvider } from '../provider/provider.ts';
import { openBillingAccount } from './billing-account.service.ts';

const demoCredits = 450;

/** Opens billing for the demo accounts, with credits to play with; does nothing where it was done, and refuses in production. */
export async function seed({ databaseUrl }: { readonly databaseUrl: string }): Promise<void> {
  if (isProduction()) throw new Error('Demo accounts are not for production.');
  const database = connectSubscription(databaseUrl);
  // Seeding never pays, so this provider is never called.
  const provider = createBillingProvider({ apiBase: 'http://127.0.0.1:1', secretKey: 'none', timeoutMs: 1 });
  const context = createContext({
    database,
    resources: { provider, returnUrl: 'http://127.0.0.1/' },
    viewer: null,
  });
  const profile = { locale: 'en', timeZone: 'UTC', dayStartMinutes: 0 };
  for (const { id: userId, email, displayName } of demoUsers) {
    await context.transaction(async (inner) => {
      await openBillingAccount(inner, { userId, email, displayName, ...profile });
      await withAccount(inner, userId, (account) =>
        grant(inner, account, {
          source: 'PROMO',
          reference: 'demo',
          amount: demoCredits,
          expiresAt: periodStart(inner.now(), monthly, 12),
          memo: 'For trying StudyMate on this machine.',
        }),
      );
    });
  }
  await database.$disconnect();
}
