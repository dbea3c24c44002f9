import type { QuizDatabase, SkillProjection, SubjectProjection } from '@studymate/database/quiz';
import { batchOne } from '../batch.ts';

export type SubjectRepository = ReturnType<typeof createSubjectRepository>;

/** What this domain remembers of subjects and skills that the study domain owns. */
export function createSubjectRepository(database: QuizDatabase) {
  const byId = batchOne<SubjectProjection>(
    (ids) => database.subjectProjection.findMany({ where: { id: { in: ids } } }),
    ({ id }) => id,
  );
  const skillById = batchOne<SkillProjection>(
    (ids) => database.skillProjection.findMany({ where: { id: { in: ids } } }),
    ({ id }) => id,
  );

  return {
    find: byId.load,
    findSkill: skillById.load,
    /** Past the request's memory: what has arrived since. */
    read: (id: string) => database.subjectProjection.findUnique({ where: { id } }),
    skillsOf: (subjectId: string) =>
      database.skillProjection.findMany({ where: { subjectId }, orderBy: { id: 'asc' } }),
    readSkill: (id: string) => database.skillProjection.findUnique({ where: { id } }),
    forget: () => {
      byId.forget();
      skillById.forget();
    },
    save: (subject: SubjectProjection) =>
      database.subjectProjection.upsert({ where: { id: subject.id }, create: subject, update: subject }),
    saveSkill: (skill: SkillProjection) =>
      database.skillProjection.upsert({ where: { id: skill.id }, create: skill, update: skill }),
  };
}
