import { describe, expect, it } from '@jest/globals';
import { newId } from '@studymate/contracts';
import { someViewer } from '@studymate/testkit';
import { createWorld } from '../../tests/world.ts';
import { sendDueReports } from './report.service.ts';

const world = await createWorld();

const study = (userId: string, studyDay: string, activeSeconds: number) =>
  world.hear('study.session.finished', {
    ...{ sessionId: newId('StudySession'), userId, subjectId: newId('Subject'), studyDay, activeSeconds },
    ...{ startedAt: `${studyDay}T01:00:00Z`, endedAt: `${studyDay}T02:00:00Z` },
  });

describe('weekly report', () => {
  it('tells on Monday morning what the week before was like, once', async () => {
    world.setNow('2026-06-03T00:00:00Z');
    const ada = someViewer();
    await world.introduce(ada);
    await study(ada.id, '2026-05-31', 6_000);
    await study(ada.id, '2026-06-03', 1_500);
    await study(ada.id, '2026-06-03', 300);
    await study(ada.id, '2026-06-07', 1_200);
    await study(ada.id, '2026-06-08', 9_000);
    world.setNow('2026-06-07T22:59:59Z');
    await sendDueReports(world.system());
    expect(await world.database.notification.count({ where: { userId: ada.id } })).toBe(0);
    world.setNow('2026-06-07T23:00:00Z');
    await Promise.all([sendDueReports(world.system()), sendDueReports(world.system())]);
    const reports = await world.database.notification.findMany({ where: { userId: ada.id } });
    expect(reports).toMatchObject([{ category: 'WEEKLY_REPORT', title: 'Your week: 50 min of study' }]);
    expect(reports[0]?.body).toContain('3 sessions on 2 of 7 days');
  });

  it('says nothing of a week without study', async () => {
    world.setNow('2026-06-03T00:00:00Z');
    const bob = someViewer();
    await world.introduce(bob);
    world.setNow('2026-06-09T00:00:00Z');
    await sendDueReports(world.system());
    expect(await world.database.notification.count({ where: { userId: bob.id } })).toBe(0);
    expect(await world.database.recipient.findUnique({ where: { userId: bob.id } })).toMatchObject({
      nextReportAt: new Date('2026-06-14T23:00:00Z'),
    });
  });
});
