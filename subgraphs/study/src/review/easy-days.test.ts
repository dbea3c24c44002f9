import { describe, expect, it } from '@jest/globals';
import { addDays } from '@studymate/runtime';
import { someKey, someViewer } from '@studymate/testkit';
import { openStudy } from '../../tests/world.ts';
import { avoidEasyDays } from './easy-days.ts';

const study = await openStudy();
const monday = '2026-03-02';
const workdays = [1, 1, 1, 1, 1, 0, 0];
const choose = (interval: number, easyDays: readonly number[], seed = 'card:3') =>
  avoidEasyDays({ from: monday, interval, elapsed: 5, maximumInterval: 36_500, easyDays, seed });
const isWeekend = (days: number) =>
  [0, 6].includes(new Date(`${addDays(monday, days)}T12:00:00Z`).getUTCDay());

describe('easy days', () => {
  it('leave an interval alone that falls on no easy day', () => {
    for (let interval = 1; interval <= 60; interval += 1) {
      expect(choose(interval, [1, 1, 1, 1, 1, 1, 1])).toBe(interval);
      if (!isWeekend(interval)) expect(choose(interval, workdays)).toBe(interval);
    }
  });

  it('move what falls on a free day to the nearest day that is not, within the range of fuzz', () => {
    for (let interval = 12; interval <= 400; interval += 1) {
      const chosen = choose(interval, workdays);
      expect(isWeekend(chosen)).toBe(false);
      expect(Math.abs(chosen - interval)).toBeLessThanOrEqual(isWeekend(interval) ? 2 : 0);
    }
  });

  it('keep the share of a day that is only easier, the same cards each time', () => {
    const half = [1, 1, 1, 1, 1, 0.5, 1];
    const saturday = 19;
    const chosen = Array.from({ length: 1_000 }, (_, card) => choose(saturday, half, `card ${card}:4`));
    const kept = chosen.filter((days) => days === saturday).length;
    expect(kept).toBeGreaterThan(430);
    expect(kept).toBeLessThan(570);
    expect(chosen).toEqual(
      Array.from({ length: 1_000 }, (_, card) => choose(saturday, half, `card ${card}:4`)),
    );
  });

  it('leave short intervals, and weeks without any other day', () => {
    const saturday = '2026-03-07';
    const next = { from: saturday, elapsed: 0, maximumInterval: 36_500, easyDays: workdays, seed: 'a' };
    expect(avoidEasyDays({ ...next, interval: 1 })).toBe(1);
    expect(choose(19, [0, 0, 0, 0, 0, 0, 0])).toBe(19);
  });

  it('are kept by reviews through the API, version by version', async () => {
    study.time.now = new Date('2026-03-02T12:00:00Z');
    const viewer = someViewer({ timeZone: 'UTC' });
    const subject = await study.someSubject(viewer);
    const save = (id: string | null, easyDays: readonly number[], expectedVersion?: number) =>
      study.tell(
        viewer,
        `mutation ($id: ID, $input: PresetInput!) { savePreset(id: $id, input: $input) {
          ... on SchedulerPreset { id version easyDays } ... on UserError { code path } } }`,
        { id, input: { name: 'Weekdays', desiredRetention: 0.9, easyDays, expectedVersion } },
      );
    const preset = await save(null, workdays);
    expect(preset.easyDays).toEqual(workdays);
    expect(await save(null, [1, 1])).toMatchObject({ code: 'VALIDATION' });
    expect(await save(null, [2, 1, 1, 1, 1, 1, 1])).toMatchObject({ code: 'VALIDATION' });

    const deck = await study.someDeck(viewer, subject.id, preset.id);
    const ids = await study.someCards(viewer, deck.id, 12);
    const submit = (cardId: string) =>
      study.tell(
        viewer,
        `mutation ($input: SubmitReviewInput!) { submitReview(input: $input) {
          __typename ... on UserError { code message } ... on SubmitReviewSuccess { card { schedule { due scheduledDays } } } } }`,
        { input: { cardId, grade: 'EASY', clientReviewId: someKey() } },
      );
    const weekdays = new Set<number>();
    for (const [index, cardId] of ids.entries()) {
      study.time.now = new Date(Date.UTC(2026, 2, 2 + index, 12));
      let { card } = await submit(cardId);
      for (let review = 0; review < 3; review += 1) {
        study.time.now = new Date(card.schedule.due);
        card = (await submit(cardId)).card;
        if (card.schedule.scheduledDays >= 12) weekdays.add(new Date(card.schedule.due).getUTCDay());
      }
    }
    expect([...weekdays].toSorted()).toEqual([1, 2, 3, 4, 5]);
  });
});
