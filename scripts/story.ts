import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { createNarrator } from './story/narrator.ts';
import { tellStory } from './story/tell-story.ts';

const statePath = process.env.STUDYMATE_STATE ?? 'run/studymate.json';
const stateSchema = z.object({ urls: z.object({ gateway: z.url(), mail: z.url() }) });

if (!existsSync(statePath)) {
  console.error('StudyMate is not running: start it with `npm start` in another terminal.');
  process.exit(1);
}
const { urls } = stateSchema.parse(JSON.parse(readFileSync(statePath, 'utf8')));
try {
  await tellStory({ gateway: `${urls.gateway}/graphql`, mail: urls.mail }, createNarrator(console.log));
  console.log('\nThe story holds.');
} catch (error) {
  console.error(`\n✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
