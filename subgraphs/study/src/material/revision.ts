import { conflict, invalidInput, newId } from '@studymate/contracts';
import type { Material } from '@studymate/database/study';
import { newObjectKey } from '@studymate/storage';
import type { Context } from '../context.ts';
import { chunkText, countCodePoints } from './chunk-text.ts';
import { detectLanguage } from './detect-language.ts';
import { normalizeText } from './normalize-text.ts';

/** Unicode code points of the longest text. */
export const maxTextLength = 1_000_000;

/** The text as it is kept; throws VALIDATION when nothing or too much is left of it. */
export function parseText(content: string): string {
  const text = normalizeText(content);
  if (text === '') throw invalidInput(['content'], 'content: is empty', 'too_small');
  if (text.length > maxTextLength && countCodePoints(text) > maxTextLength) {
    throw invalidInput(['content'], `content: at most ${maxTextLength} characters`, 'too_big');
  }
  return text;
}

/**
 * Adds the next revision of a material: its text in the database and, for other subgraphs, under a key in
 * object storage; its chunks; and the event. Throws CONFLICT when somebody was faster.
 */
export async function addRevision(context: Context, material: Material, text: string): Promise<Material> {
  const { id: materialId, ownerId, subjectId, title } = material;
  const revision = material.revision + 1;
  const contentKey = newObjectKey({ kind: 'document', ownerId, fileName: `${materialId}-${revision}.txt` });
  await context.objects.put(contentKey, text, 'text/plain; charset=utf-8');
  const language = detectLanguage(text);
  const charCount = countCodePoints(text);
  const updated = await context.materials.addRevision(
    {
      materialId,
      revision,
      content: text,
      contentKey,
      charCount,
      language: language === 'und' ? null : language,
      createdAt: context.now(),
    },
    chunkText(text).map((chunk, index) => ({
      id: newId('MaterialChunk'),
      materialId,
      revision,
      index,
      startOffset: chunk.start,
      endOffset: chunk.end,
      text: chunk.text,
    })),
  );
  if (!updated) {
    const current = await context.materials.find(materialId);
    throw conflict('The material has changed in the meantime.', current?.revision);
  }
  await context.events.publish('study.material.ready', {
    materialId,
    revision,
    subjectId,
    ownerId,
    title,
    language,
    charCount,
    contentKey,
  });
  return updated;
}
