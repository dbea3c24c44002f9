import { describe, expect, it } from '@jest/globals';
import type { Viewer } from '@studymate/contracts';
import { outboxOf, someKey, someViewer } from '@studymate/testkit';
import { openStudy } from '../../tests/world.ts';
import { abandonIdleSessions } from './session-end.ts';

const study = await openStudy();
const { tell, pass } = study;

const fields =
  'id status startedAt endedAt activeSeconds pausedSeconds version notes focusRating intervals { kind startedAt endedAt }';
const answer = `{ __typename ... on StudySession { ${fields} } ... on StateError { currentState allowedStates } ... on UserError { code path } }`;

const start = (viewer: Viewer, subjectId: string, more: Record<string, unknown> = {}) =>
  tell(viewer, `mutation ($input: StartSessionInput!) { startStudySession(input: $input) ${answer} }`, {
    input: { subjectId, idempotencyKey: someKey(), ...more },
  });
const change = (verb: 'pause' | 'resume' | 'heartbeat') => (viewer: Viewer, id: string) =>
  tell(viewer, `mutation ($id: ID!) { ${verb}StudySession(id: $id) ${answer} }`, { id });
const pause = change('pause');
const resume = change('resume');
const heartbeat = change('heartbeat');
const finish = (viewer: Viewer, id: string, more: Record<string, unknown> = {}) =>
  tell(
    viewer,
    `mutation ($id: ID!, $notes: Markdown, $rating: Int) { finishStudySession(id: $id, notes: $notes, focusRating: $rating) ${answer} }`,
    { id, ...more },
  );
const read = (viewer: Viewer, id: string) =>
  tell(viewer, `query ($id: ID!) { studySession(id: $id) { ${fields} } }`, { id });

async function someLearner() {
  const viewer = someViewer();
  const subject = await study.someSubject(viewer);
  return { viewer, subjectId: String(subject.id) };
}

describe('study session', () => {
  it('counts focus on the server’s clock, pauses aside', async () => {
    const { viewer, subjectId } = await someLearner();
    const { id } = await start(viewer, subjectId, { plannedMinutes: 50, technique: 'TIMEBOX' });
    pass(0.5);
    expect(await pause(viewer, id)).toMatchObject({ status: 'PAUSED', activeSeconds: 1800, version: 2 });
    pass(0.25);
    expect(await pause(viewer, id)).toMatchObject({
      status: 'PAUSED',
      activeSeconds: 1800,
      pausedSeconds: 900,
      version: 2,
    });
    expect(await resume(viewer, id)).toMatchObject({ status: 'ACTIVE', version: 3 });
    expect(await resume(viewer, id)).toMatchObject({ status: 'ACTIVE', version: 3 });
    pass(0.1);
    const done = await finish(viewer, id, { notes: 'Mitosis', rating: 4 });
    expect(done).toMatchObject({
      status: 'COMPLETED',
      activeSeconds: 2160,
      pausedSeconds: 900,
      notes: 'Mitosis',
      focusRating: 4,
      endedAt: study.time.now.toISOString(),
    });
    expect(done.intervals.map(({ kind }: { kind: string }) => kind)).toEqual(['FOCUS', 'PAUSE', 'FOCUS']);
    pass(1);
    expect(await finish(viewer, id, { notes: 'Again' })).toEqual(done);
    expect(await read(viewer, id)).toMatchObject({ activeSeconds: 2160 });
  });

  it('tells the world once that it is finished', async () => {
    const { viewer, subjectId } = await someLearner();
    const { id, startedAt } = await start(viewer, subjectId);
    pass(0.2);
    await finish(viewer, id);
    await finish(viewer, id);
    const told = (await outboxOf(study.database)).filter(({ payload }) => payload.sessionId === id);
    expect(told).toEqual([
      {
        name: 'study.session.finished',
        payload: {
          sessionId: id,
          userId: viewer.id,
          subjectId,
          startedAt,
          endedAt: study.time.now.toISOString(),
          activeSeconds: 720,
          studyDay: '2026-03-02',
        },
      },
    ]);
  });

  it('runs one at a time for a learner, also when many start at once', async () => {
    const { viewer, subjectId } = await someLearner();
    const answers = await Promise.all(Array.from({ length: 20 }, () => start(viewer, subjectId)));
    const started = answers.filter(({ __typename }) => __typename === 'StudySession');
    expect(started).toHaveLength(1);
    expect(
      answers.filter(({ code, currentState }) => code === 'STATE' && currentState === 'ACTIVE'),
    ).toHaveLength(19);

    await pause(viewer, started[0].id);
    const second = await start(viewer, subjectId);
    expect(second.status).toBe('ACTIVE');
    expect(await resume(viewer, started[0].id)).toMatchObject({
      __typename: 'StateError',
      currentState: 'PAUSED',
    });
    const active = await study.tellUser(viewer, 'activeStudySession { id }');
    expect(active.activeStudySession.id).toBe(second.id);
  });

  it('starts once per key', async () => {
    const { viewer, subjectId } = await someLearner();
    const idempotencyKey = someKey();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => start(viewer, subjectId, { idempotencyKey })),
    );
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await start(viewer, subjectId, { idempotencyKey, plannedMinutes: 5 })).toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
    });
  });

  it('is abandoned when nobody was seen for an hour, and ends when last seen', async () => {
    const { viewer, subjectId } = await someLearner();
    const { id } = await start(viewer, subjectId);
    pass(0.9);
    await heartbeat(viewer, id);
    const lastSeen = study.time.now.toISOString();
    pass(0.9);
    await abandonIdleSessions(study.contextOf(null));
    expect(await read(viewer, id)).toMatchObject({ status: 'ACTIVE' });
    pass(0.2);
    expect((await study.tellUser(viewer, 'activeStudySession { id }')).activeStudySession).toBeNull();
    await abandonIdleSessions(study.contextOf(null));
    await abandonIdleSessions(study.contextOf(null));
    expect(await read(viewer, id)).toMatchObject({
      status: 'ABANDONED',
      endedAt: lastSeen,
      activeSeconds: 3240,
    });
    const day = await study.tellUser(
      viewer,
      'activity(from: "2026-03-02", to: "2026-03-02") { studiedSeconds }',
    );
    expect(day.activity).toEqual([{ studiedSeconds: 3240 }]);
  });

  it('is found abandoned by the next call even without the sweep', async () => {
    const { viewer, subjectId } = await someLearner();
    const { id } = await start(viewer, subjectId);
    pass(2);
    expect(await finish(viewer, id)).toMatchObject({ __typename: 'StateError', currentState: 'ABANDONED' });
    expect(await start(viewer, subjectId)).toMatchObject({ status: 'ACTIVE' });
    expect(await read(viewer, id)).toMatchObject({ status: 'ABANDONED', activeSeconds: 0 });
  });

  it('is the learner’s alone', async () => {
    const { viewer, subjectId } = await someLearner();
    const stranger = someViewer();
    const { id } = await start(viewer, subjectId);
    expect(await read(stranger, id)).toBeNull();
    expect(await study.tellEntity(stranger, ['StudySession', id])).toBeNull();
    expect(await study.tellEntity(viewer, ['StudySession', id])).toEqual({ id });
    for (const act of [pause, resume, heartbeat, finish]) {
      expect(await act(stranger, id)).toEqual({ __typename: 'NotFoundError', code: 'NOT_FOUND', path: null });
    }
    expect(await start(stranger, subjectId)).toMatchObject({ __typename: 'NotFoundError' });
    expect(
      (await study.tellUser(viewer, 'activeStudySession { id }', stranger)).activeStudySession,
    ).toBeNull();
    expect(await read(viewer, id)).toMatchObject({ status: 'ACTIVE', version: 1 });
  });

  it('is listed by status', async () => {
    const { viewer, subjectId } = await someLearner();
    const { id } = await start(viewer, subjectId);
    await finish(viewer, id);
    await start(viewer, subjectId);
    const list = `query ($id: ID!, $status: StudySessionStatus) { subject(id: $id) { sessions(status: $status) { totalCount edges { node { status } } } } }`;
    const done = await tell(viewer, list, { id: subjectId, status: 'COMPLETED' });
    expect(done.sessions).toEqual({ totalCount: 1, edges: [{ node: { status: 'COMPLETED' } }] });
    expect((await tell(viewer, list, { id: subjectId })).sessions.totalCount).toBe(2);
  });

  it.each([
    [{ plannedMinutes: 0 }, 'plannedMinutes'],
    [{ plannedMinutes: 721 }, 'plannedMinutes'],
  ])('refuses to start with %j', async (input, path) => {
    const { viewer, subjectId } = await someLearner();
    expect(await start(viewer, subjectId, input)).toMatchObject({ code: 'VALIDATION', path: [path] });
  });
});
