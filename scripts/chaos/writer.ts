import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { askUntilDefinite, type Caller, type Question, Refused, type Result } from './ask.ts';
import { type Kind, type Ledger, noteSuccess, type Write } from './ledger.ts';

/** A learner who writes, with what she writes into. */
export interface Writer {
  readonly userId: string;
  readonly caller: Caller;
  /** Grants her credits. */
  readonly administrator: Caller;
  readonly subjectId: string;
  readonly deckId: string;
  readonly quizId: string;
}

const failure = '... on UserError { code message }';
/** A writer asks at most this often: far less than a house can do, so that goodput tells when it is whole again. */
const periodMs = 500;

const documents = {
  subject: `mutation ($label: String!, $key: String!) {
    createSubject(title: $label, idempotencyKey: $key) { __typename ... on Subject { id } ${failure} } }`,
  card: `mutation ($deckId: ID!, $label: Markdown!, $key: String!) {
    createCards(deckId: $deckId, cards: [{ front: $label, back: "b", skillIds: [] }], idempotencyKey: $key) {
      __typename ... on CardsCreated { cards { id } } ${failure} } }`,
  session: `mutation ($subjectId: ID!, $key: String!) {
    startStudySession(input: { subjectId: $subjectId, idempotencyKey: $key }) {
      __typename ... on StudySession { id } ${failure} } }`,
  finishSession: `mutation ($id: ID!) {
    finishStudySession(id: $id) { __typename ... on StudySession { id } ${failure} } }`,
  attempt: `mutation ($quizId: ID!, $key: String!) {
    startAttempt(quizId: $quizId, idempotencyKey: $key) {
      __typename ... on QuizAttempt { id items { id } } ${failure} } }`,
  respond: `mutation ($input: SaveResponseInput!) {
    saveResponse(input: $input) { __typename ... on AttemptItem { id } ${failure} } }`,
  submit: `mutation ($id: ID!, $key: String!) {
    submitAttempt(attemptId: $id, idempotencyKey: $key) { __typename ... on QuizAttempt { id } ${failure} } }`,
  credit: `mutation ($userId: ID!, $key: String!) {
    grantCredits(userId: $userId, amount: 1, idempotencyKey: $key) { __typename balance } }`,
} as const;

/** Resolves once a period has passed since the last time; what was missed meanwhile is not made up for. */
function createPace() {
  let nextAt = 0;
  return async (): Promise<void> => {
    await delay(Math.max(0, nextAt - performance.now()));
    nextAt = performance.now() + periodMs;
  };
}

/** Does one write from its first request to its last acknowledgement. */
function createDeeds(writer: Writer, ledger: Ledger) {
  const pace = createPace();
  const ask = async (question: Question, caller = writer.caller): Promise<Result> => {
    await pace();
    const result = await askUntilDefinite(caller, question);
    noteSuccess(ledger);
    return result;
  };
  const { subjectId, deckId, quizId, userId } = writer;
  const key = randomUUID;

  return {
    subject: async (write) => {
      const variables = { label: write.label, key: key() };
      write.id = (await ask({ query: documents.subject, variables })).id;
    },
    card: async (write) => {
      const variables = { deckId, label: write.label, key: key() };
      write.id = (await ask({ query: documents.card, variables })).cards[0].id;
    },
    session: async (write) => {
      const id: string = (await ask({ query: documents.session, variables: { subjectId, key: key() } })).id;
      write.id = id;
      // Finishing has no key: asked again, one that is finished says that its state is another.
      await ask({ query: documents.finishSession, variables: { id } }).catch((error: unknown) => {
        if (!(error instanceof Refused && error.code === 'STATE')) throw error;
      });
      write.isFinished = true;
    },
    attempt: async (write) => {
      const attempt = await ask({ query: documents.attempt, variables: { quizId, key: key() } });
      write.id = attempt.id;
      for (const { id: itemId } of attempt.items) {
        const input = {
          attemptId: attempt.id,
          itemId,
          response: { text: 'chlorophyll' },
          clientSequence: 1,
        };
        await ask({ query: documents.respond, variables: { input } });
      }
      await ask({ query: documents.submit, variables: { id: attempt.id, key: key() } });
      write.isFinished = true;
    },
    credit: async (write) => {
      await ask({ query: documents.credit, variables: { userId, key: key() } }, writer.administrator);
      write.id = write.label;
    },
  } satisfies Record<Kind, (write: Write) => Promise<void>>;
}

/** Writes one thing after the other, each until it is acknowledged or refused, for as long as `goesOn`. */
export async function keepWriting(
  writer: Writer,
  ledger: Ledger,
  { mix, goesOn }: { readonly mix: readonly Kind[]; readonly goesOn: () => boolean },
): Promise<void> {
  const deeds = createDeeds(writer, ledger);
  for (let turn = 0; goesOn(); turn++) {
    const kind = mix[turn % mix.length] ?? 'card';
    const write: Write = {
      kind,
      userId: writer.userId,
      label: `chaos ${randomUUID()}`,
      id: null,
      isFinished: false,
      refusal: null,
    };
    ledger.writes.push(write);
    await deeds[kind](write).catch((error: unknown) => {
      if (!(error instanceof Refused)) throw error;
      write.refusal = error.code;
    });
  }
}
