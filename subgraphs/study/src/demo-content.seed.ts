import { readFile } from 'node:fs/promises';
import { demoSubject, demoUsers, type Role, scopesOfRoles, type Viewer } from '@studymate/contracts';
import { connectStudy } from '@studymate/database/study';
import { isProduction } from '@studymate/runtime';
import { connectObjectStore, type ObjectStore } from '@studymate/storage';
import { createCards } from './card/card.service.ts';
import { type Context, createContext } from './context.ts';
import { createDeck } from './deck/deck.service.ts';
import { setGoal } from './goal/goal.service.ts';
import { createPageFetcher } from './material/fetch/page-fetcher.ts';
import { createMaterial } from './material/material.service.ts';
import { syncReviews } from './review/review-sync.ts';
import { createSubject, writeSubject } from './subject/subject.service.ts';

const idempotencyKey = 'demo';
const dayMs = 86_400_000;
const document = new URL('../../../samples/photosynthesis.md', import.meta.url);

const cards = [
  ['What does photosynthesis turn light energy into?', 'Chemical energy stored in sugar'],
  ['What do stomata let in and out?', 'Carbon dioxide in, oxygen out'],
  ['Which cells open and close a stoma?', 'The two guard cells that border it'],
  ['What does xylem carry?', 'Water and minerals, upward from the roots'],
  ['What does phloem carry?', 'Sugar, away from the leaves'],
  ['Where in a cell does photosynthesis take place?', 'In the chloroplasts'],
  ['What is a stack of thylakoids called?', 'A granum'],
  ['Which light does chlorophyll reflect?', 'Green light'],
] as const;

/** The grades of the days before today, oldest first, card by card. */
const history = ['GOOD', 'GOOD', 'GOOD'] as const;

function demoViewer(role: Role): Viewer {
  const user = demoUsers.find((demo) => demo.role === role);
  if (!user) throw new Error(`There is no demo ${role}.`);
  return {
    id: user.id,
    roles: [role],
    scopes: scopesOfRoles([role]),
    sessionId: 'seed',
    authLevel: 'PASSWORD',
    emailVerified: true,
    locale: 'en',
    timeZone: 'UTC',
    dayStartMinutes: 240,
  };
}

const isEmpty = async (context: Context): Promise<boolean> =>
  (await context.subjects.countOwnedBy(context.viewer?.id ?? '')) === 0;

/** A subject with a text to read, a deck under way for some days, and a goal. */
async function writeLearnersContent(context: Context): Promise<void> {
  const { id: subjectId } = await createSubject(context, {
    title: 'Biology',
    color: '#2e7d32',
    idempotencyKey,
  });
  const content = await readFile(document, 'utf8');
  await createMaterial(context, {
    subjectId,
    title: 'Photosynthesis',
    kind: 'NOTE',
    content,
    idempotencyKey,
  });
  const deck = await createDeck(context, { subjectId, title: 'Photosynthesis', idempotencyKey });
  const notes = cards.map(([front, back]) => ({ front, back }));
  const made = await createCards(context, { deckId: deck.id, cards: notes, idempotencyKey });
  const now = context.now().getTime();
  const reviews = history.flatMap((grade, day) =>
    made.cards.slice(day).map(({ id }, index) => ({
      cardId: id,
      grade,
      reviewedAt: new Date(now - (history.length - day) * dayMs + index * 60_000),
      durationMs: 6_000,
      clientReviewId: `demo ${day} ${index}`,
    })),
  );
  await syncReviews(context, reviews);
  await setGoal(context, { kind: 'MINUTES', target: 20, period: 'DAILY' });
}

const writeAuthorsContent = (context: Context) =>
  writeSubject(context, { ...demoSubject, createdAt: context.now() });

/** Makes what the demo accounts of a local StudyMate study, once; refuses in production. */
export async function seed({
  databaseUrl,
  objects = connectObjectStore(),
}: {
  readonly databaseUrl: string;
  readonly objects?: ObjectStore;
}): Promise<void> {
  if (isProduction()) throw new Error('Demo content is not for production.');
  const database = connectStudy(databaseUrl);
  const contextOf = (role: Role) =>
    createContext({
      database,
      resources: { objects, fetchPage: createPageFetcher() },
      viewer: demoViewer(role),
    });
  const work = [
    { role: 'LEARNER', write: writeLearnersContent },
    { role: 'AUTHOR', write: writeAuthorsContent },
  ] as const;
  try {
    for (const { role, write } of work) {
      const context = contextOf(role);
      if (await isEmpty(context)) await context.transaction(async (inner) => void (await write(inner)));
    }
  } finally {
    await database.$disconnect();
  }
}
