import { afterAll, describe, expect, it } from '@jest/globals';
import { newId } from '@studymate/contracts';
import { connectAi } from '@studymate/database/ai';
import { createPersonalData, inspectDeclaration } from '@studymate/privacy';
import { testDatabase } from '@studymate/testkit';
import { personalTables } from './personal-tables.ts';

const { url } = await testDatabase('ai');
const database = connectAi(url);
afterAll(() => database.$disconnect());

describe('what ai has of people', () => {
  it('is declared for every table', async () => {
    expect(await inspectDeclaration(database, personalTables)).toEqual({
      undeclared: [],
      missing: [],
      misplaced: [],
    });
  });

  it('can be collected and erased table by table', async () => {
    const nobody = newId('User');
    const personalData = createPersonalData(database, personalTables);
    const collected = await personalData.collect(nobody);
    expect(Object.keys(collected)).toEqual(Object.keys(personalTables.personal));
    expect(Object.values(await personalData.erase(nobody, 'erased'))).not.toContain(1);
    expect(await personalData.listObjectKeys(nobody, 'ERASURE')).toEqual([]);
  });
});
