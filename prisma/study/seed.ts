export { seed } from '../../subgraphs/study/src/demo-content.seed.ts';
