import { randomUUID } from 'node:crypto';
import { SignInDocument } from '@studymate/client';
import { openAccount } from '../story/account.chapter.ts';
import { type Learner, meetLearner } from '../story/learner.ts';
import { createNarrator, succeeded } from '../story/narrator.ts';
import { askUntilDefinite, type Caller, type Result } from './ask.ts';
import type { ChaosHouse } from './house.ts';
import type { Writer } from './writer.ts';

const silently = createNarrator(() => undefined);
const failure = '... on UserError { code message }';

const addressOf = (index: number): string => `10.1.0.${index + 1}`;

/** Signs in when there is no token yet or the last one was refused. */
function signedIn(house: ChaosHouse, account: Pick<Learner, 'email' | 'password'>, address: string): Caller {
  const { email, password } = account;
  const learner: Learner = Object.assign(
    meetLearner({ gateway: house.gateways[0] ?? '', mail: house.mail }),
    {
      email,
      password,
    },
  );
  let token: string | null = null;
  return {
    gateways: house.gateways,
    address,
    token: async (isRefused) => {
      if (token !== null && !isRefused) return token;
      const { signIn } = await learner.client.request(SignInDocument, { email, password });
      token = succeeded(signIn, 'AuthTokens').accessToken;
      return token;
    },
  };
}

const tell = (caller: Caller, query: string, variables: Record<string, unknown> = {}): Promise<Result> =>
  askUntilDefinite(caller, { query, variables });

async function prepare(caller: Caller): Promise<Pick<Writer, 'subjectId' | 'deckId' | 'quizId'>> {
  const make = (call: string, type: string) =>
    tell(caller, `mutation { ${call} { __typename ... on ${type} { id } ${failure} } }`);
  const key = () => JSON.stringify(randomUUID());
  const subjectId = (await make(`createSubject(title: "Leaves", idempotencyKey: ${key()})`, 'Subject')).id;
  const about = `subjectId: "${subjectId}"`;
  const deck = await make(`createDeck(${about}, title: "Leaves", idempotencyKey: ${key()})`, 'Deck');
  const skill = await make(`createSkill(${about}, code: "leaf", title: "Leaves")`, 'Skill');
  const bank = await make(
    `createQuestionBank(title: "Leaves", ${about}, idempotencyKey: ${key()})`,
    'QuestionBank',
  );
  const question = `{ bankId: "${bank.id}", prompt: "What absorbs light?", skillIds: ["${skill.id}"],
    text: { answers: [{ pattern: "chlorophyll", weight: 1 }] } }`;
  const entry = await make(`saveQuestion(input: ${question})`, 'BankEntry');
  const quiz = await make(
    `createQuiz(input: { title: "Leaves", ${about}, difficulty: EASY }, idempotencyKey: ${key()})`,
    'Quiz',
  );
  const slots = `[{ maxScore: 1, entryId: "${entry.id}" }]`;
  await make(`setQuizSlots(quizId: "${quiz.id}", expectedRevision: 1, slots: ${slots})`, 'Quiz');
  await make(`publishQuiz(id: "${quiz.id}", expectedRevision: 2)`, 'Quiz');
  return { subjectId, deckId: deck.id, quizId: quiz.id };
}

/** So many new learners who may write quizzes too, each with a subject, a deck and a published quiz. */
export async function meetWriters(house: ChaosHouse, count: number): Promise<Writer[]> {
  const login = house.logins.find(({ role }) => role === 'ADMIN');
  if (!login) throw new Error('The house has no demo administrator.');
  const administrator = signedIn(house, login, addressOf(200));
  const writers: Writer[] = [];
  for (let index = 0; index < count; index++) {
    const learner = meetLearner({ gateway: house.gateways[0] ?? '', mail: house.mail });
    await openAccount(learner, silently);
    const caller = signedIn(house, learner, addressOf(index));
    const { id: userId } = await tell(caller, '{ viewer { id } }');
    await tell(
      administrator,
      `mutation ($id: ID!) { setUserRoles(userId: $id, roles: [LEARNER, AUTHOR]) { __typename ${failure} } }`,
      { id: userId },
    );
    await caller.token(true);
    writers.push({ userId, caller, administrator, ...(await prepare(caller)) });
  }
  return writers;
}
