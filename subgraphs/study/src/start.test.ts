import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { Viewer } from '@studymate/contracts';
import { readSecret, signRequest } from '@studymate/runtime';
import { objectSecret, startObjectServer } from '@studymate/storage';
import { someKey, someViewer, testDatabase } from '@studymate/testkit';
import { start } from './index.ts';
import { startWorker } from './worker.ts';

const directory = mkdtempSync(join(tmpdir(), 'study-start-'));
const postgres = await testDatabase('study');
const store = await startObjectServer({ directory, port: 0, secret: objectSecret() });
const env = {
  ...process.env,
  STUDY_DATABASE_URL: postgres.url,
  STUDY_PORT: '0',
  OBJECTS_DIRECTORY: directory,
  OBJECTS_URL: store.url,
};
const server = await start(env);
const worker = await startWorker(env);
afterAll(async () => {
  await worker.stop();
  await server.stop();
  await store.stop();
  rmSync(directory, { recursive: true });
});

interface Announced {
  readonly id: string;
  readonly url: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

async function ask<Data>(viewer: Viewer, query: string, variables: Record<string, unknown>): Promise<Data> {
  const body = JSON.stringify({ query, variables });
  const signed = signRequest(readSecret('SUBGRAPH_SECRET'), { viewer, requestId: someKey() }, body);
  const headers = { 'content-type': 'application/json', ...signed };
  const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body });
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

describe('the study subgraph and its worker', () => {
  it('read a document that was put by the learner', async () => {
    const ada = someViewer();
    const { createSubject } = await ask<{ createSubject: { id: string } }>(
      ada,
      'mutation ($key: String!) { createSubject(title: "Biology", idempotencyKey: $key) { ... on Subject { id } } }',
      { key: someKey() },
    );
    const file = Buffer.from('Mitochondria are the powerhouse of the cell.');
    const { createUpload } = await ask<{ createUpload: Announced }>(
      ada,
      'mutation ($size: Int!) { createUpload(filename: "a.md", contentType: "text/markdown", byteSize: $size) { ... on Upload { id url headers { name value } } } }',
      { size: file.length },
    );
    const { id, url, headers } = createUpload;
    const put = {
      method: 'PUT',
      headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
    };
    expect((await fetch(url, { ...put, body: Buffer.concat([file, file]) })).ok).toBe(false);
    expect((await fetch(url, { ...put, body: file })).ok).toBe(true);

    const { createMaterial } = await ask<{ createMaterial: { id: string; ingest: string } }>(
      ada,
      'mutation ($subject: ID!, $upload: ID!, $key: String!) { createMaterial(subjectId: $subject, title: "Cells", kind: NOTE, uploadId: $upload, idempotencyKey: $key) { ... on Material { id ingest } } }',
      { subject: createSubject.id, upload: id, key: someKey() },
    );
    expect(createMaterial.ingest).toBe('PENDING');
    const read = () =>
      ask(
        ada,
        'query ($m: [_Any!]!) { _entities(representations: $m) { ... on Material { ingest content } } }',
        {
          m: [{ __typename: 'Material', id: createMaterial.id }],
        },
      );
    const deadline = Date.now() + 15_000;
    let answer = await read();
    while (!JSON.stringify(answer).includes('READY') && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      answer = await read();
    }
    expect(answer).toEqual({ _entities: [{ ingest: 'READY', content: file.toString() }] });
  });

  it('answer only what is signed', async () => {
    const body = JSON.stringify({ query: '{ __typename }' });
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${server.url}/graphql`, { method: 'POST', headers, body })).status).toBe(401);
    expect((await fetch(`${server.url}/ready/`)).status).toBe(200);
  });
});
