import { readFile } from 'node:fs/promises';
import {
  CreateMaterialDocument,
  CreateSubjectDocument,
  CreateUploadDocument,
  FinishStudySessionDocument,
  MaterialDocument,
  PauseStudySessionDocument,
  ResumeStudySessionDocument,
  StartStudySessionDocument,
} from '@studymate/client';
import { freshKey, type Learner } from './learner.ts';
import { eventually, must, type Narrator, succeeded } from './narrator.ts';

/** A document that was uploaded and parsed. */
export interface ReadMaterial {
  readonly id: string;
  readonly subjectId: string;
  readonly revision: number;
  readonly content: string;
}

const pauseMs = 1_200;
const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export async function createSubject(learner: Learner, narrator: Narrator, title: string): Promise<string> {
  narrator.chapter('A subject and something to study');
  const subject = await narrator.step(`creates the subject ${title}`, async () => {
    const { createSubject: result } = await learner.client.request(CreateSubjectDocument, {
      title,
      idempotencyKey: freshKey(),
    });
    return succeeded(result, 'Subject');
  });
  return subject.id;
}

async function uploadDocument(learner: Learner, path: string): Promise<string> {
  // Her own mark makes the text hers alone: an answer that others paid for before would cost her nothing.
  const mark = `\n\nThis copy belongs to ${learner.email}.\n`;
  const body = Buffer.concat([await readFile(path), Buffer.from(mark)]);
  const { createUpload } = await learner.client.request(CreateUploadDocument, {
    filename: path.split('/').at(-1) ?? 'document.md',
    contentType: 'text/markdown',
    byteSize: body.byteLength,
  });
  const upload = succeeded(createUpload, 'Upload');
  const response = await fetch(upload.url, {
    method: 'PUT',
    headers: Object.fromEntries(upload.headers.map(({ name, value }) => [name, value])),
    body,
  });
  must(response.ok, `the object store answered ${response.status}`);
  return upload.id;
}

async function readMaterial(learner: Learner, id: string): Promise<ReadMaterial['content'] | null> {
  const { node } = await learner.client.request(MaterialDocument, { id });
  if (node?.__typename !== 'Material') return null;
  must(node.ingest !== 'FAILED', 'the document could not be read');
  return node.ingest === 'READY' ? (node.content ?? null) : null;
}

/** She uploads a document through a presigned URL and waits until it is parsed. */
export async function addMaterial(
  learner: Learner,
  narrator: Narrator,
  document: { readonly subjectId: string; readonly title: string; readonly path: string },
): Promise<ReadMaterial> {
  const { subjectId, title, path } = document;
  const uploadId = await narrator.step('uploads a document straight to object storage', () =>
    uploadDocument(learner, path),
  );
  const material = await narrator.step(`makes it the material “${title}”`, async () => {
    const { createMaterial } = await learner.client.request(CreateMaterialDocument, {
      subjectId,
      title,
      kind: 'NOTE',
      uploadId,
      idempotencyKey: freshKey(),
    });
    return succeeded(createMaterial, 'Material');
  });
  const content = await narrator.step(
    'waits until it is read',
    () => eventually('the material to be READY', () => readMaterial(learner, material.id)),
    (text) => `${[...text].length} code points`,
  );
  return { id: material.id, subjectId, revision: 1, content };
}

/** She studies with a pause; the server's clock counts. */
export async function studyForAWhile(learner: Learner, narrator: Narrator, subjectId: string): Promise<void> {
  const { client } = learner;
  narrator.chapter('A study session');
  const { id } = await narrator.step('starts', async () => {
    const { startStudySession } = await client.request(StartStudySessionDocument, {
      input: { subjectId, plannedMinutes: 25, technique: 'POMODORO_25_5', idempotencyKey: freshKey() },
    });
    return succeeded(startStudySession, 'StudySession');
  });
  await rest(pauseMs);
  await narrator.step('pauses', async () => {
    const { pauseStudySession } = await client.request(PauseStudySessionDocument, { id });
    must(succeeded(pauseStudySession, 'StudySession').status === 'PAUSED', 'the session is not paused');
  });
  await rest(pauseMs);
  await narrator.step('resumes', async () => {
    const { resumeStudySession } = await client.request(ResumeStudySessionDocument, { id });
    must(succeeded(resumeStudySession, 'StudySession').status === 'ACTIVE', 'the session is not active');
  });
  await rest(pauseMs);
  await narrator.step(
    'finishes',
    async () => {
      const { finishStudySession } = await client.request(FinishStudySessionDocument, { id, focusRating: 4 });
      const session = succeeded(finishStudySession, 'StudySession');
      must(session.status === 'COMPLETED', 'the session is not completed');
      must(session.activeSeconds >= 2 && session.pausedSeconds >= 1, 'the clock did not count');
      return session;
    },
    (session) => `${session.activeSeconds} s active, ${session.pausedSeconds} s paused`,
  );
}
