import { createHash } from 'node:crypto';
import type { GetObjectCommandOutput, HeadObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { createCircuit } from '@studymate/runtime/circuit';
import {
  attachmentOf,
  type ObjectStore,
  type PresignedRequest,
  presignedLifetimeMs,
  type StoredObject,
} from './object-store.ts';

export interface S3StoreOptions {
  readonly bucket: string;
  readonly region: string;
  /** A server other than AWS, addressed by path. */
  readonly endpoint?: string | undefined;
  /** Left out: the SDK's own chain (environment, profile, instance role). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

const checksumName = 'sha256';
const timeoutMs = 10_000;
const expiresIn = presignedLifetimeMs / 1000;

/** The SDK is large and most processes never speak to S3: it is loaded with the first request. */
async function load(options: S3StoreOptions) {
  const [sdk, { getSignedUrl }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('@aws-sdk/s3-request-presigner'),
  ]);
  const client = new sdk.S3Client({
    region: options.region,
    // Servers other than AWS do not know the SDK's own checksums; ours travel as metadata.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: 2_000,
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true,
    },
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint, forcePathStyle: true }),
    ...(options.credentials ? { credentials: options.credentials } : {}),
  });
  return { sdk, client, getSignedUrl };
}

type Loaded = Awaited<ReturnType<typeof load>>;

/** Objects in an S3 bucket that has versioning switched on. */
export function createS3Store(options: S3StoreOptions): ObjectStore {
  let loading: Promise<Loaded> | undefined;
  const connected = () => {
    loading ??= load(options);
    return loading;
  };
  const Bucket = options.bucket;
  const circuit = createCircuit({ name: 'The object store', isRefusal });
  const guarded =
    <A extends unknown[], T>(work: (loaded: Loaded, ...given: A) => Promise<T>) =>
    (...given: A): Promise<T> =>
      circuit.run(async () => work(await connected(), ...given));

  return {
    put: guarded((loaded, key, body, contentType) =>
      putObject(loaded, { Bucket, key, contentType }, Buffer.from(body)),
    ),
    get: guarded(async ({ sdk, client }, key, version) => {
      const VersionId = version === undefined ? {} : { VersionId: version };
      const found = await unlessMissing(
        client.send(new sdk.GetObjectCommand({ Bucket, Key: key, ...VersionId })),
      );
      return found ? withBody(key, found) : null;
    }),
    head: guarded(async ({ sdk, client }, key) => {
      const found = await unlessMissing(client.send(new sdk.HeadObjectCommand({ Bucket, Key: key })));
      return found ? toStored(key, found) : null;
    }),
    delete: guarded(async ({ sdk, client }, key) => {
      await client.send(new sdk.DeleteObjectCommand({ Bucket, Key: key }));
    }),
    erase: guarded((loaded, key) => eraseVersions(loaded, Bucket, key)),
    listKeys: async function* () {
      yield* listKeys(await connected(), Bucket);
    },
    listVersions: guarded((loaded, key) => listVersions(loaded, Bucket, key)),
    presignPut: async (upload) => presignUpload(await connected(), Bucket, upload),
    presignGet: async (key, fileName) =>
      presignDownload(await connected(), Bucket, {
        key,
        fileName: fileName ?? key.split('/').at(-1) ?? 'file',
      }),
    isReachable: async () => {
      const { sdk, client } = await connected();
      return client.send(new sdk.HeadBucketCommand({ Bucket })).then(
        () => true,
        () => false,
      );
    },
  };
}

async function putObject(
  { sdk, client }: Loaded,
  { Bucket, key, contentType }: { Bucket: string; key: string; contentType: string },
  body: Buffer,
) {
  const sha256 = sha256Of(body);
  const command = {
    Bucket,
    Key: key,
    Body: body,
    ContentType: contentType,
    Metadata: { [checksumName]: sha256 },
  };
  const { VersionId } = await client.send(new sdk.PutObjectCommand(command));
  const stored = { key, version: VersionId ?? '', contentType, byteSize: body.length, sha256 };
  return { ...stored, storedAt: new Date() };
}

async function presignUpload(
  { sdk, client, getSignedUrl }: Loaded,
  Bucket: string,
  { key, contentType, byteSize }: { key: string; contentType: string; byteSize: number },
): Promise<PresignedRequest> {
  const expiresAt = new Date(Date.now() + presignedLifetimeMs);
  const command = new sdk.PutObjectCommand({
    Bucket,
    Key: key,
    ContentType: contentType,
    ContentLength: byteSize,
    IfNoneMatch: '*',
  });
  const signed = ['host', 'content-type', 'content-length', 'if-none-match'];
  const url = await getSignedUrl(client, command, {
    expiresIn,
    signableHeaders: new Set(signed),
    // As a header, which the server acts on, and not as a parameter, which it would not.
    unhoistableHeaders: new Set(['if-none-match']),
  });
  return { method: 'PUT', url, headers: { 'content-type': contentType, 'if-none-match': '*' }, expiresAt };
}

async function presignDownload(
  { sdk, client, getSignedUrl }: Loaded,
  Bucket: string,
  { key, fileName }: { key: string; fileName: string },
): Promise<PresignedRequest> {
  const expiresAt = new Date(Date.now() + presignedLifetimeMs);
  const ResponseContentDisposition = attachmentOf(fileName);
  const command = new sdk.GetObjectCommand({ Bucket, Key: key, ResponseContentDisposition });
  return { method: 'GET', url: await getSignedUrl(client, command, { expiresIn }), headers: {}, expiresAt };
}

const sha256Of = (body: Uint8Array) => createHash('sha256').update(body).digest('hex');

/** Null for what S3 answers with 404 (NotFound, NoSuchKey, NoSuchVersion) or, for a deleted version, with 405. */
async function unlessMissing<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (statusOf(error) === 404 || statusOf(error) === 405) return null;
    throw error;
  }
}

/** S3 answered, and said no. */
const isRefusal = (error: unknown): boolean => (statusOf(error) ?? 500) < 500;

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}

const toStored = (key: string, found: HeadObjectCommandOutput | GetObjectCommandOutput): StoredObject => ({
  key,
  version: found.VersionId ?? '',
  contentType: found.ContentType ?? 'application/octet-stream',
  byteSize: found.ContentLength ?? 0,
  sha256: found.Metadata?.[checksumName] ?? null,
  storedAt: found.LastModified ?? new Date(0),
});

async function withBody(key: string, found: GetObjectCommandOutput) {
  const body = Buffer.from((await found.Body?.transformToByteArray()) ?? []);
  const stored = toStored(key, found);
  const sha256 = sha256Of(body);
  if (stored.sha256 !== null && stored.sha256 !== sha256) {
    throw new Error(`The object ${key} (${stored.version}) does not match its checksum.`);
  }
  return { ...stored, sha256, body };
}

async function* listKeys({ sdk, client }: Loaded, Bucket: string): AsyncGenerator<string> {
  for await (const page of sdk.paginateListObjectsV2({ client }, { Bucket })) {
    for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
  }
}

async function listVersions(
  { sdk, client }: Pick<Loaded, 'sdk'> & { client: S3Client },
  Bucket: string,
  key: string,
) {
  const { Versions } = await client.send(new sdk.ListObjectVersionsCommand({ Bucket, Prefix: key }));
  const own = (Versions ?? []).filter((version) => version.Key === key);
  return Promise.all(
    own.map(async ({ VersionId = '' }) => {
      const head = await client.send(new sdk.HeadObjectCommand({ Bucket, Key: key, VersionId }));
      return toStored(key, head);
    }),
  );
}

/** Deletion marks are versions, too. What is deleted is not listed again, so each round begins at the start. */
async function eraseVersions({ sdk, client }: Loaded, Bucket: string, key: string): Promise<void> {
  for (;;) {
    const page = await client.send(new sdk.ListObjectVersionsCommand({ Bucket, Prefix: key }));
    const own = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].filter(({ Key }) => Key === key);
    for (const { VersionId } of own) {
      const version = VersionId === undefined ? {} : { VersionId };
      await client.send(new sdk.DeleteObjectCommand({ Bucket, Key: key, ...version }));
    }
    if (own.length === 0) return;
  }
}
