import type { Attempt, BankEntry, Quiz } from '@studymate/database/quiz';
import type { Connection } from '@studymate/subgraph-kit';

/** A page that can also say how long the whole list is, asked only when a client wants to know. */
export interface CountedPage<Row> extends Connection<Row> {
  readonly countAll: () => Promise<number>;
}

export type QuizPage = CountedPage<Quiz>;
export type AttemptPage = CountedPage<Attempt>;
export type BankEntryPage = CountedPage<BankEntry>;

/** Lists of this domain are keyed by id: the ids of one type sort by age. */
export const idCursor = ({ id }: { readonly id: string }) => [id];
