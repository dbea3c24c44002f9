import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { demoSubject, demoUsers } from '@studymate/contracts';
import { connectStudy } from '@studymate/database/study';
import { createFsStore } from '@studymate/storage';
import { outboxOf, testDatabase } from '@studymate/testkit';
import { seed } from './demo-content.seed.ts';

const postgres = await testDatabase('study');
const directory = mkdtempSync(join(tmpdir(), 'study-seed-'));
const objects = createFsStore({ directory, baseUrl: 'http://127.0.0.1:1', secret: 'for tests' });

describe('demo content', () => {
  it('is made once', async () => {
    await seed({ databaseUrl: postgres.url, objects });
    await seed({ databaseUrl: postgres.url, objects });
    const database = connectStudy(postgres.url);
    const learner = demoUsers[0].id;
    expect(await database.subject.count()).toBe(2);
    expect(await database.subject.findUnique({ where: { id: demoSubject.id } })).toMatchObject({
      ownerId: demoSubject.ownerId,
    });
    expect(await database.skill.findUnique({ where: { id: demoSubject.defaultSkillId } })).toMatchObject({
      code: 'general',
    });
    expect(await database.material.findFirst({ where: { ownerId: learner } })).toMatchObject({
      ingest: 'READY',
      language: 'en',
    });
    expect(await database.card.count({ where: { ownerId: learner } })).toBe(8);
    expect(await database.reviewLog.count({ where: { userId: learner } })).toBe(21);
    const told = (await outboxOf(database)).filter(({ name }) => name === 'study.subject.created');
    expect(told).toHaveLength(2);
    await database.$disconnect();
    rmSync(directory, { recursive: true });
  });
});
