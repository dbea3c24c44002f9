/** Credits that are sold at once, beside the plans. Amounts are in minor units. */
export const creditPacks = [
  { code: 'CREDITS_100_KRW', credits: 100, amountMinor: 3_000, currency: 'KRW' },
  { code: 'CREDITS_500_KRW', credits: 500, amountMinor: 12_000, currency: 'KRW' },
  { code: 'CREDITS_100_USD', credits: 100, amountMinor: 249, currency: 'USD' },
  { code: 'CREDITS_500_USD', credits: 500, amountMinor: 999, currency: 'USD' },
] as const;

export type CreditPack = (typeof creditPacks)[number];

export const findPack = (code: string): CreditPack | null =>
  creditPacks.find((pack) => pack.code === code) ?? null;
