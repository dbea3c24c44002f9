import { describe, expect, it } from '@jest/globals';
import { forgetAvatarUploads } from '../src/avatar/avatar.service.ts';
import { authWorld } from './world.ts';

const world = await authWorld();
const { ask, database } = world;
const { objects } = world.resources;
const dayMs = 86_400_000;

const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(64)]);
const announce = `mutation ($type: String!, $size: Int!) {
  answer: createAvatarUpload(contentType: $type, byteSize: $size) {
    __typename ... on AvatarUpload { id url headers { name value } } ... on UserError { code path } } }`;
const set = `mutation ($id: ID!) { answer: setAvatar(uploadId: $id) {
  __typename ... on User { avatarUrl } ... on ValidationError { constraint } ... on UserError { code } } }`;

const viewerOf = async () => (await world.someUser()).viewer;
type Viewer = Awaited<ReturnType<typeof viewerOf>>;

/** Announces a picture and puts the bytes where it belongs. */
async function upload(viewer: Viewer, bytes: Buffer): Promise<{ id: string; key: string }> {
  const { answer } = (await ask(viewer, announce, { type: 'image/png', size: bytes.length })).data;
  const { key } = await database.avatarUpload.findUniqueOrThrow({ where: { id: answer.id } });
  await objects.put(key, bytes, 'image/png');
  return { id: answer.id, key };
}

describe('an avatar', () => {
  it('is uploaded, set and shown by a link that does not last', async () => {
    const viewer = await viewerOf();
    const { id, key } = await upload(viewer, png);
    const { answer } = (await ask(viewer, set, { id })).data;
    expect(new URL(answer.avatarUrl).pathname).toBe(`/${key}`);
    expect(new URL(answer.avatarUrl).searchParams.has('signature')).toBe(true);
    expect((await ask(viewer, set, { id })).data.answer).toMatchObject({ constraint: 'used' });
  });

  it('replaces the one before, which is erased, and gives way to one elsewhere', async () => {
    const viewer = await viewerOf();
    const first = await upload(viewer, png);
    await ask(viewer, set, { id: first.id });
    const second = await upload(viewer, png);
    await ask(viewer, set, { id: second.id });
    expect(await objects.listVersions(first.key)).toEqual([]);
    const elsewhere =
      'mutation { answer: updateProfile(input: { avatarUrl: "https://example.org/a.png" }) { ... on User { avatarUrl } } }';
    expect((await ask(viewer, elsewhere)).data.answer.avatarUrl).toBe('https://example.org/a.png');
    await forgetAvatarUploads(world.contextAt(null, { later: 2 * dayMs }));
    expect(await objects.head(second.key)).toBeNull();
  });

  it('is a picture, whatever its type says, and of a size', async () => {
    const viewer = await viewerOf();
    const { id } = await upload(viewer, Buffer.from('<script>alert("a picture")</script>'));
    expect((await ask(viewer, set, { id })).data.answer).toMatchObject({ constraint: 'content' });
    for (const [type, size] of [
      ['image/svg+xml', 100],
      ['text/html', 100],
      ['image/png', 3_000_000],
      ['image/png', 1],
    ]) {
      expect((await ask(viewer, announce, { type, size })).data.answer.code).toBe('VALIDATION');
    }
    const { answer } = (await ask(viewer, announce, { type: 'image/png', size: 100 })).data;
    expect((await ask(viewer, set, { id: answer.id })).data.answer).toMatchObject({ constraint: 'missing' });
  });

  it('cannot be set from the upload of another', async () => {
    const { id } = await upload(await viewerOf(), png);
    expect((await ask(await viewerOf(), set, { id })).data.answer.code).toBe('NOT_FOUND');
  });

  it('is announced twenty times a day at most', async () => {
    const viewer = await viewerOf();
    for (let time = 0; time < 20; time += 1) await ask(viewer, announce, { type: 'image/png', size: 100 });
    expect((await ask(viewer, announce, { type: 'image/png', size: 100 })).data.answer.code).toBe(
      'RATE_LIMITED',
    );
  });
});
