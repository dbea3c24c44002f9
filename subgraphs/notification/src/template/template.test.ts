import { describe, expect, it } from '@jest/globals';
import { someViewer } from '@studymate/testkit';
import { createWorld, gradedAttempt } from '../../tests/world.ts';
import { variablesOf } from './render.ts';
import { textsAsOf } from './template.repository.ts';

const world = await createWorld();
const { ask } = world;
/** Where templates are changed. */
const edited = await createWorld();
const admin = someViewer({ roles: ['ADMIN'] });

const list = `query ($first: Int, $after: String) { notificationTemplates(first: $first, after: $after) {
  pageInfo { hasNextPage endCursor }
  edges { node { id key category version locales variables
    render(locale: "ko-KR", sample: "{\\"quizTitle\\":\\"A\\"}") { subject text usedLocale missingVariables } } } } }`;
const save = `mutation ($key: String!, $locale: Locale!, $subject: String!, $text: String!, $expectedVersion: Int) {
  saveNotificationTemplate(key: $key, category: PRODUCT, locale: $locale, subject: $subject, text: $text, expectedVersion: $expectedVersion) {
    __typename ... on NotificationTemplate { id key version locales variables } ... on UserError { code path } ... on ConflictError { currentVersion } } }`;
const write = async (variables: object) =>
  (await edited.ask(admin, save, variables)).data.saveNotificationTemplate;

describe('template', () => {
  it('exists in English and Korean for every message, with the same variables', async () => {
    const templates = await world.database.notificationTemplate.findMany({ include: { texts: true } });
    expect(templates.length).toBeGreaterThanOrEqual(12);
    for (const { key, texts } of templates) {
      const [english, korean] = ['en', 'ko'].map((locale) => texts.find((text) => text.locale === locale));
      if (!english || !korean) throw new Error(`${key} lacks a language.`);
      expect([key, variablesOf(korean)]).toEqual([key, variablesOf(english)]);
    }
  });

  it('shows administrators what would go out, and what is missing for it', async () => {
    const { data } = await ask(admin, list, { first: 100 });
    const nodes = data.notificationTemplates.edges.map(({ node }: { node: object }) => node);
    expect(nodes.find(({ key }: { key: string }) => key === 'quiz.graded')).toMatchObject({
      category: 'QUIZ_RESULT',
      version: 1,
      locales: ['en', 'ko'],
      variables: ['maxScore', 'percent', 'quizTitle', 'score'],
      render: {
        subject: 'A: {{percent}}%',
        usedLocale: 'ko',
        missingVariables: ['maxScore', 'percent', 'score'],
      },
    });
  });

  it('lists a page of any length with the same number of queries', async () => {
    const queriesOf = async (first: number) => {
      world.sent.count = 0;
      await ask(admin, list, { first });
      return world.sent.count;
    };
    expect(await queriesOf(12)).toBe(await queriesOf(2));
    const firstPage = (await ask(admin, list, { first: 5 })).data.notificationTemplates;
    const rest = await ask(admin, list, { first: 100, after: firstPage.pageInfo.endCursor });
    const keys = [...firstPage.edges, ...rest.data.notificationTemplates.edges].map(({ node }) => node.key);
    expect(keys).toEqual([...new Set(keys)].toSorted());
  });

  it('is written in versions; messages of before keep their wording', async () => {
    const ada = someViewer();
    await edited.introduce(ada);
    await edited.hear('quiz.attempt.graded', gradedAttempt(ada.id));
    const key = 'quiz.graded';
    const text = { key, locale: 'en', subject: 'Result: {{percent}}', text: 'Well done.' };
    expect(await write({ ...text, expectedVersion: 7 })).toMatchObject({
      __typename: 'ConflictError',
      currentVersion: 1,
    });
    expect(await write({ ...text, expectedVersion: 1 })).toMatchObject({
      version: 2,
      locales: ['en', 'ko'],
      variables: ['percent'],
    });
    await edited.hear('quiz.attempt.graded', gradedAttempt(ada.id));
    const titles = await edited.database.notification.findMany({
      where: { userId: ada.id },
      select: { title: true, templateVersion: true },
    });
    expect(titles).toContainEqual({ title: '80 % in Cells', templateVersion: 1 });
    expect(titles).toContainEqual({ title: 'Result: 80', templateVersion: 2 });
  });

  it('has of each language the newest text up to a version', () => {
    const texts = [
      { locale: 'en', version: 1 },
      { locale: 'en', version: 3 },
      { locale: 'ko', version: 2 },
    ];
    expect(textsAsOf(texts, 1)).toEqual([texts[0]]);
    expect(textsAsOf(texts, 2)).toEqual([texts[0], texts[2]]);
    expect(textsAsOf(texts.toReversed(), 9)).toEqual([texts[1], texts[2]]);
  });

  it('never sends a hole: a message that lacks a variable is not written', async () => {
    const ada = someViewer();
    await write({ key: 'goal.met', locale: 'en', subject: '{{nobodyKnows}}', text: 'x', expectedVersion: 1 });
    const met = {
      goalId: 'gol_1',
      userId: ada.id,
      kind: 'MINUTES',
      target: 1,
      metAt: '2026-06-01T00:00:00Z',
    };
    await expect(edited.hear('study.goal.met', met)).rejects.toThrow('nobodyKnows');
    expect(await edited.database.notification.count({ where: { userId: ada.id } })).toBe(0);
  });

  it('begins in English', async () => {
    const fresh = { key: 'product.news', subject: 'News', text: 'Here they are.' };
    expect(await write({ ...fresh, locale: 'ko' })).toMatchObject({
      __typename: 'ValidationError',
      path: ['locale'],
    });
    expect(await write({ ...fresh, locale: 'en' })).toMatchObject({ version: 1, locales: ['en'] });
    expect(await write({ ...fresh, locale: 'en', key: 'Not A Key' })).toMatchObject({ path: ['key'] });
  });

  it('is not for learners to read or write', async () => {
    const ada = someViewer();
    const { data } = await ask(admin, list, { first: 1 });
    const { id } = data.notificationTemplates.edges[0].node;
    expect((await ask(ada, list)).errors[0]?.extensions.code).toBe('FORBIDDEN');
    const written = await ask(ada, save, { key: 'a.b', locale: 'en', subject: 's', text: 't' });
    expect(written.errors[0]?.extensions.code).toBe('FORBIDDEN');
    const byId = `{ _entities(representations: [{ __typename: "NotificationTemplate", id: "${id}" }]) { ... on NotificationTemplate { key } } }`;
    expect((await ask(ada, byId)).data._entities).toEqual([null]);
    expect((await ask(admin, byId)).data._entities).toEqual([{ key: 'account.welcome' }]);
  });
});
