export { seed } from '../../subgraphs/subscription/src/billing-account/demo-accounts.seed.ts';
