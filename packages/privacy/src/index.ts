export * from './audit-chain.ts';
export * from './audit-checkpoint.ts';
export * from './erasure-ledger.ts';
export * from './inspect-declaration.ts';
export * from './personal-data.ts';
export * from './privacy-events.ts';
export * from './tables.ts';
export * from './verify-audit-log.ts';
