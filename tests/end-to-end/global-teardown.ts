import stopTestServers from '../../packages/testkit/src/global-teardown.ts';

export default async function tearDown(): Promise<void> {
  await globalThis.stopHouseKeeper?.();
  await stopTestServers();
}
