import type { Context } from '../context.ts';
import { coldStartBelow } from '../learner/learner-profile.ts';
import { decayedProbability } from '../mastery/estimate.ts';
import type { Snapshot, SnapshotSkill } from './candidates.ts';

const msPerDay = 86_400_000;

async function skillsOf(context: Context, userId: string, at: Date): Promise<SnapshotSkill[]> {
  const [skills, states] = await Promise.all([
    context.catalog.skillsOf(userId),
    context.mastery.statesOf(userId),
  ]);
  const byId = new Map(states.map((state) => [state.skillId, state]));
  return skills.map(({ id, subjectId, title, prerequisiteIds }) => {
    const state = byId.get(id);
    return {
      id,
      subjectId,
      title,
      prerequisiteIds,
      level: state?.level ?? 'NOT_STARTED',
      probability: state ? decayedProbability(state, state.lastPracticedAt, at) : 0.5,
      observations: state?.observations ?? 0,
    };
  });
}

/** All that a learner's recommendations are made from, as of now. A fixed number of queries. */
export async function takeSnapshot(context: Context, userId: string): Promise<Snapshot> {
  const at = context.now();
  const [learner, skills, quizzes, taken, decks, due, materials] = await Promise.all([
    context.learners.find(userId),
    skillsOf(context, userId, at),
    context.catalog.quizzesFor(userId),
    context.catalog.takenBy(userId),
    context.catalog.decksOf(userId),
    context.catalog.dueBy(userId, at),
    context.catalog.materialsOf(userId),
  ]);
  const bestOf = new Map(taken.map(({ quizId, bestFraction }) => [quizId, bestFraction]));
  const dueOf = new Map(due.map((row) => [row.deckId, row]));
  return {
    isColdStart: (learner?.observations ?? 0) < coldStartBelow,
    skills,
    quizzes: quizzes.map((quiz) => ({
      ...quiz,
      bestFraction: bestOf.get(quiz.id) ?? null,
      isOwn: quiz.ownerId === userId,
    })),
    decks: decks.map((deck) => {
      const waiting = dueOf.get(deck.id);
      const since = waiting ? at.getTime() - waiting.oldest.getTime() : 0;
      return { ...deck, dueCount: waiting?.count ?? 0, overdueDays: Math.max(0, since) / msPerDay };
    }),
    materials,
  };
}
