export { seed } from '../../subgraphs/quiz/src/quiz/demo-quiz.seed.ts';
