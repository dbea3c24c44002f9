import type { Viewer } from '@studymate/contracts';
import { outboxOf } from '@studymate/testkit';
import { runImport } from '../src/import/question-import.run.ts';
import { makeBank, type World, withSubject } from './world.ts';

const importFields = `... on QuestionImport {
  id status progress accepted problemCount problems { line item message } problemReport { downloadUrl sha256 }
  created { id title latest { __typename prompt } }
}`;

export async function makeShelf(world: World) {
  const author = await withSubject(world, 'AUTHOR');
  return { author, bankId: await makeBank(world, author) };
}

/** Imports questions and answers the import, or the error. */
export const read = async (world: World, viewer: Viewer, variables: Record<string, unknown>) =>
  (
    await world.get(
      viewer,
      `mutation (
        $bankId: ID!, $format: QuestionFormat!, $content: String, $uploadId: ID, $dryRun: Boolean! = false, $key: String
      ) {
        importQuestions(
          bankId: $bankId, format: $format, content: $content, uploadId: $uploadId, dryRun: $dryRun, idempotencyKey: $key
        ) { __typename ${importFields} ... on UserError { code message path } }
      }`,
      variables,
    )
  ).importQuestions;

/** The import as it stands now. */
export const readReport = async (world: World, viewer: Viewer, id: string) =>
  (
    await world.get(
      viewer,
      `query ($r: [_Any!]!) { _entities(representations: $r) { __typename ${importFields} } }`,
      { r: [{ __typename: 'QuestionImport', id }] },
    )
  )._entities[0];

/** Announces an upload and puts a file there, as a client does by its PUT. */
export async function upload(world: World, viewer: Viewer, body: Uint8Array): Promise<string> {
  const { createQuestionUpload } = await world.get(
    viewer,
    `mutation ($byteSize: Int!) {
      createQuestionUpload(filename: "questions.txt", contentType: "text/plain", byteSize: $byteSize) {
        ... on QuestionUpload { id url headers { name value } expiresAt } ... on UserError { code message path }
      }
    }`,
    { byteSize: body.byteLength },
  );
  world.bodies.set(createQuestionUpload.url.replace('memory://', ''), Buffer.from(body));
  return createQuestionUpload.id;
}

/** Uploads a file, lets the job read it that the mutation enqueues, and answers the import after it. */
export async function readFile(
  world: World,
  viewer: Viewer,
  input: Record<string, unknown> & { body: Uint8Array },
) {
  const { body, ...variables } = input;
  const uploadId = await upload(world, viewer, body);
  const queued = await read(world, viewer, { ...variables, uploadId });
  const jobs = await outboxOf(world.database, 'JOB');
  const payload = jobs.find((job) => (job.payload as { importId?: string }).importId === queued.id)?.payload;
  await runImport(world.contextOf(null), payload as { importId: string });
  return readReport(world, viewer, queued.id);
}

/** Exports a bank and answers what the mutation says together with the file. */
export async function exportBank(
  world: World,
  viewer: Viewer,
  variables: { bankId: string; format: string },
) {
  const { exportQuestions } = await world.get(
    viewer,
    `mutation ($bankId: ID!, $format: QuestionFormat!) {
      exportQuestions(bankId: $bankId, format: $format) {
        downloadUrl sha256 expiresAt filename questionCount problemCount problems { line item message }
      }
    }`,
    variables,
  );
  const file = world.bodies.get(exportQuestions.downloadUrl.replace('memory://', ''));
  if (!file) throw new Error('Nothing was exported.');
  return { ...exportQuestions, file };
}
