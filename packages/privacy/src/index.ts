export * from './erasure-ledger.ts';
export * from './personal-data.ts';
export * from './privacy-events.ts';
export * from './tables.ts';
