import { describe, expect, it } from '@jest/globals';
import { newRowId } from '@studymate/contracts';
import { someViewer } from '@studymate/testkit';
import { createWorld } from '../../tests/world.ts';

const world = await createWorld();
const { ask } = world;
type Viewer = ReturnType<typeof someViewer>;

const register = `mutation ($token: String!, $label: String) { registerDevice(platform: WEB, token: $token, label: $label) {
  __typename ... on DeviceToken { id platform label disabledAt } ... on UserError { code path } } }`;
const unregister = 'mutation ($id: ID!) { unregisterDevice(id: $id) { unreadCount } }';
const devicesOf = async (viewer: Viewer, of = viewer) => {
  const query = `{ _entities(representations: [{ __typename: "User", id: "${of.id}" }]) { ... on User { devices { id label } } } }`;
  return (await ask(viewer, query)).data._entities[0].devices;
};
const add = async (viewer: Viewer, token: string = newRowId(), label = 'Laptop') =>
  (await ask(viewer, register, { token, label })).data.registerDevice;

describe('device', () => {
  it('is registered once per token', async () => {
    const ada = someViewer();
    const token = newRowId();
    const first = await add(ada, token);
    expect(first).toMatchObject({
      __typename: 'DeviceToken',
      platform: 'WEB',
      label: 'Laptop',
      disabledAt: null,
    });
    expect((await add(ada, token, 'Desk')).id).toBe(first.id);
    expect(await devicesOf(ada)).toEqual([{ id: first.id, label: 'Desk' }]);
  });

  it('goes over to whoever registers it next', async () => {
    const [ada, bob] = [someViewer(), someViewer()];
    const token = newRowId();
    const adas = await add(ada, token);
    const bobs = await add(bob, token);
    expect(bobs.id).not.toBe(adas.id);
    expect(await devicesOf(ada)).toEqual([]);
    expect(await devicesOf(bob)).toHaveLength(1);
  });

  it('makes room for new ones beyond 20', async () => {
    const ada = someViewer();
    for (let index = 0; index < 22; index += 1) {
      world.setNow(new Date(Date.parse('2026-06-01T00:00:00Z') + index * 1000).toISOString());
      await add(ada, newRowId(), `Device ${index}`);
    }
    const labels = (await devicesOf(ada)).map(({ label }: { label: string }) => label);
    expect(labels).toHaveLength(20);
    expect(labels).not.toContain('Device 1');
    expect(labels[0]).toBe('Device 21');
  });

  it('is nobody else’s to see or forget', async () => {
    const [ada, bob] = [someViewer(), someViewer()];
    const { id } = await add(ada);
    expect(await devicesOf(bob, ada)).toBeNull();
    expect((await ask(bob, unregister, { id })).errors[0]?.extensions.code).toBe('NOT_FOUND');
    expect(await devicesOf(ada)).toHaveLength(1);
    expect((await ask(ada, unregister, { id })).data.unregisterDevice).toEqual({ unreadCount: 0 });
    expect(await devicesOf(ada)).toEqual([]);
  });

  it('refuses a token that cannot be one', async () => {
    expect(await add(someViewer(), ' ')).toMatchObject({ __typename: 'ValidationError', path: ['token'] });
  });
});
