import { expect, it } from '@jest/globals';
import { createFieldCipher } from '@studymate/database/encryption';
import { decodeProtectedHeader } from 'jose';
import { createAccessTokens } from '../src/session/access-token.ts';
import { createSigningKeyRepository } from '../src/session/signing-key.repository.ts';
import { createSigningKeys } from '../src/session/signing-keys.ts';
import { authWorld } from './world.ts';

const world = await authWorld();
const rotating = await authWorld();
const dayMs = 86_400_000;
const hourMs = 3_600_000;
const start = new Date('2026-03-01T00:00:00Z');
const after = (ms: number) => new Date(start.getTime() + ms);
type World = Awaited<ReturnType<typeof authWorld>>;
/** A process of its own: nothing cached. */
const processOf = (world: World) => () =>
  createSigningKeys(createSigningKeyRepository(world.database), createFieldCipher());

it('rotates signing keys with an overlap on both sides', async () => {
  const someProcess = processOf(rotating);
  const kidsAt = async (at: Date) =>
    (await someProcess().jwks(at)).keys.map((key) => (key as { kid: string }).kid);
  const starts = await Promise.all(Array.from({ length: 5 }, () => someProcess().rotateWhenDue(start)));
  expect(starts.filter(Boolean)).toHaveLength(1);
  const [first] = await kidsAt(start);

  expect(await someProcess().rotateWhenDue(after(29 * dayMs))).toBe(false);
  expect(await someProcess().rotateWhenDue(after(30 * dayMs))).toBe(true);
  expect(await someProcess().rotateWhenDue(after(30 * dayMs))).toBe(false);

  const published = await kidsAt(after(30 * dayMs));
  expect(published).toHaveLength(2);
  expect((await someProcess().signer(after(30 * dayMs))).keyId).toBe(first);
  const next = (await someProcess().signer(after(30 * dayMs + hourMs))).keyId;
  expect(published).toContain(next);
  expect(next).not.toBe(first);
  expect(await kidsAt(after(30 * dayMs + 2 * hourMs - 1))).toEqual(expect.arrayContaining([first, next]));
  expect(await kidsAt(after(30 * dayMs + 2 * hourMs))).toEqual([next]);
});

it('signs in one process what another publishes', async () => {
  const someProcess = processOf(world);
  const { viewer } = await world.someUser();
  const user = await world.database.user.findUniqueOrThrow({ where: { id: viewer.id } });
  const session = await world.database.session.findUniqueOrThrow({ where: { id: viewer.sessionId } });
  const { token } = await createAccessTokens(someProcess()).issue({ user, session, at: new Date() });
  expect(await world.viewerOf(token)).toEqual(viewer);
  expect(decodeProtectedHeader(token).alg).toBe('EdDSA');
});
