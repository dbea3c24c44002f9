import type { Prisma, Skill, StudyDatabase } from '@studymate/database/study';
import type { Page } from '@studymate/subgraph-kit';
import DataLoader from 'dataloader';
import {
  createChildPageLoader,
  createCountLoader,
  createRowLoader,
  newerThan,
  oldestFirst,
} from '../keyset.ts';

/** Reads and writes skill rows and what each builds on. */
export function createSkillRepository(database: StudyDatabase) {
  const byId = createRowLoader((ids) => database.skill.findMany({ where: { id: { in: ids } } }));

  const pages = createChildPageLoader<Skill>(async (subjectIds, page) => {
    const subjects = await database.subject.findMany({
      where: { id: { in: [...subjectIds] } },
      select: { id: true, skills: { where: newerThan(page), orderBy: oldestFirst, take: page.take } },
    });
    return new Map(subjects.map(({ id, skills }) => [id, skills]));
  });

  const counts = createCountLoader(async (subjectIds) => {
    const groups = await database.skill.groupBy({
      by: ['subjectId'],
      where: { subjectId: { in: subjectIds } },
      _count: true,
    });
    return groups.map(({ subjectId, _count }) => [subjectId, _count]);
  });

  const prerequisites = new DataLoader<string, readonly Skill[]>(async (ids) => {
    const links = await database.skillPrerequisite.findMany({
      where: { skillId: { in: [...ids] } },
      include: { prerequisite: true },
      orderBy: { prerequisiteId: 'asc' },
    });
    return ids.map((id) => links.filter(({ skillId }) => skillId === id).map((link) => link.prerequisite));
  });

  return {
    find: (id: string) => byId.load(id),
    listOf: (subjectId: string, page: Page) => pages.load({ parentId: subjectId, page }),
    countOf: (subjectId: string) => counts.load(subjectId),
    prerequisitesOf: (id: string) => prerequisites.load(id),
    findByCode: (subjectId: string, code: string) =>
      database.skill.findUnique({ where: { subjectId_code: { subjectId, code } } }),
    listByIds: (ids: readonly string[]) => database.skill.findMany({ where: { id: { in: [...ids] } } }),
    create: (skill: Prisma.SkillUncheckedCreateInput) => database.skill.create({ data: skill }),

    /** Every prerequisite link within a subject. */
    listLinks: (subjectId: string) =>
      database.skillPrerequisite.findMany({ where: { skill: { subjectId } } }),

    setPrerequisites: async (skillId: string, prerequisiteIds: readonly string[]): Promise<void> => {
      await database.skillPrerequisite.deleteMany({ where: { skillId } });
      await database.skillPrerequisite.createMany({
        data: prerequisiteIds.map((prerequisiteId) => ({ skillId, prerequisiteId })),
      });
      prerequisites.clear(skillId);
    },
  };
}

export type SkillRepository = ReturnType<typeof createSkillRepository>;
