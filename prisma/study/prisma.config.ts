import '@studymate/schema-engine/environment';
import { defineConfig } from 'prisma/config';

export default defineConfig({
  schema: 'schema.prisma',
  migrations: { path: 'migrations' },
  datasource: {
    url: process.env.STUDY_DATABASE_URL ?? 'postgresql://postgres@127.0.0.1:4030/studymate_study',
  },
});
