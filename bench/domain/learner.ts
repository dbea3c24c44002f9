import { newId, newRowId, scopesOfRoles, type Viewer } from '@studymate/contracts';
import { signRequest } from '@studymate/runtime';

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape are read here
type Data = Record<string, any>;

export interface AskOptions {
  readonly variables?: Data;
  /** What the test clock shows, as an ISO 8601 instant. */
  readonly at?: string;
}

/** A learner nobody has met before, who asks the subgraph as the gateway would. */
export function createLearner({ url, secret }: { readonly url: string; readonly secret: string }) {
  const viewer: Viewer = {
    id: newId('User'),
    sessionId: newId('Session'),
    authLevel: 'PASSWORD',
    emailVerified: true,
    roles: ['LEARNER'],
    scopes: scopesOfRoles(['LEARNER']),
    locale: 'en',
    timeZone: 'UTC',
    dayStartMinutes: 240,
  };

  /** The answer of the query's only field; throws when there is an error. */
  async function ask(query: string, { variables = {}, at }: AskOptions = {}) {
    const body = JSON.stringify({ query, variables });
    const caller = { viewer, requestId: newRowId(), ...(at === undefined ? {} : { testClock: at }) };
    const headers = { 'content-type': 'application/json', ...signRequest(secret, caller, body) };
    const response = await fetch(url, { method: 'POST', headers, body });
    const { data, errors } = (await response.json()) as { data: Data | null; errors?: unknown[] };
    if (errors || !data) throw new Error(JSON.stringify(errors ?? null).slice(0, 500));
    const [answer] = Object.values(data);
    return answer;
  }

  /** A subject with a deck of its own. */
  async function createDeck(at: string): Promise<{ subjectId: string; deckId: string }> {
    const subject = await ask(
      `mutation ($key: String!) { createSubject(title: "Measured", idempotencyKey: $key) { ... on Subject { id } } }`,
      { variables: { key: newRowId() }, at },
    );
    const deck = await ask(
      `mutation ($subjectId: ID!, $key: String!) {
        createDeck(subjectId: $subjectId, title: "Cards", idempotencyKey: $key) { ... on Deck { id } }
      }`,
      { variables: { subjectId: subject.id, key: newRowId() }, at },
    );
    return { subjectId: subject.id, deckId: deck.id };
  }

  /** So many cards of a deck, in the order in which they were made. */
  async function createCards(deckId: string, count: number, at: string): Promise<string[]> {
    const ids: string[] = [];
    while (ids.length < count) {
      const cards = Array.from({ length: Math.min(100, count - ids.length) }, (_, index) => ({
        front: `Question ${ids.length + index}`,
        back: 'Answer',
      }));
      const made = await ask(
        `mutation ($deckId: ID!, $cards: [CardInput!]!, $key: String!) {
          createCards(deckId: $deckId, cards: $cards, idempotencyKey: $key) { ... on CardsCreated { cards { id } } }
        }`,
        { variables: { deckId, cards, key: newRowId() }, at },
      );
      ids.push(...made.cards.map(({ id }: { id: string }) => id));
    }
    return ids;
  }

  return { id: viewer.id, ask, createDeck, createCards };
}

export type Learner = ReturnType<typeof createLearner>;
