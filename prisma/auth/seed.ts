export { seed } from '../../subgraphs/auth/src/demo-users.seed.ts';
