import { newId } from '@studymate/contracts';
import type { DeckFormat, DeckImportJob } from '@studymate/database/study';
import { onceByKey, parseInput, requireViewer } from '@studymate/subgraph-kit';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { findDeck } from '../deck/deck.service.ts';
import { claimUpload } from '../material/upload.service.ts';
import { ownOrNull, requireOwn } from '../ownership.policy.ts';
import { getSubject, titleSchema } from '../subject/subject.service.ts';
import type { ImportProblem } from './imported-note.ts';

/** The import, or null when it does not exist or is not the viewer's. */
export const findImport = async (context: Context, id: string): Promise<DeckImportJob | null> =>
  ownOrNull(context.viewer, await context.deckImports.find(id));

const getImport = async (context: Context, id: string): Promise<DeckImportJob> =>
  requireOwn(context.viewer, await context.deckImports.find(id), 'DeckImportJob');

export interface NewImport {
  readonly subjectId: string;
  readonly format: DeckFormat;
  readonly uploadId: string;
  readonly title?: string | null | undefined;
  readonly dryRun: boolean;
  readonly idempotencyKey: string;
}

/** A file's name without its ending, as a title for want of a better one. */
const titleOfFile = (filename: string): string => {
  const title = titleSchema.safeParse(filename.replace(/\.[^.]{1,8}$/u, ''));
  return title.success ? title.data : 'Imported';
};

/** Takes an uploaded file to be made a deck of, once per key. A dry run leaves the upload for the import itself. */
export async function importDeck(
  context: Context,
  { idempotencyKey, ...input }: NewImport,
): Promise<DeckImportJob> {
  requireViewer(context);
  const title = input.title ? parseInput(titleSchema, 'title', input.title) : null;
  return onceByKey(
    context,
    { mutation: 'importDeck', key: idempotencyKey, body: { ...input, title } },
    {
      run: async (inner) => {
        const subject = await getSubject(inner, input.subjectId);
        const upload = await claimUpload(inner, input.uploadId, input.format);
        if (input.dryRun) await inner.uploads.giveBack(upload.id);
        const job = await inner.deckImports.create({
          id: newId('DeckImportJob'),
          ownerId: subject.ownerId,
          subjectId: subject.id,
          deckId: newId('Deck'),
          uploadId: upload.id,
          format: input.format,
          title: title ?? titleOfFile(upload.filename),
          titled: title !== null,
          dryRun: input.dryRun,
          status: 'QUEUED',
          createdAt: inner.now(),
        });
        await inner.jobs.enqueue('importDeck', { importId: job.id });
        return job;
      },
      replay: getImport,
    },
  );
}

const problemsSchema = z.array(
  z.object({ line: z.int().nullable(), item: z.string().nullable(), message: z.string() }),
);

/** What of the file was left out, the first thousand. */
export const listProblems = (job: DeckImportJob): ImportProblem[] => problemsSchema.parse(job.problems);

/** The deck that came of it; null while there is none. */
export const findImportedDeck = (context: Context, job: DeckImportJob) =>
  job.dryRun ? null : findDeck(context, job.deckId);
