import startTestServers from '../../packages/testkit/src/global-setup.ts';
import { openHouseKeeper } from './house-keeper.ts';

declare global {
  var stopHouseKeeper: (() => Promise<void>) | undefined;
}

/** Starts the servers of a test run, and who keeps the house that some of its files share. */
export default async function setUp(): Promise<void> {
  await startTestServers();
  const keeper = await openHouseKeeper();
  globalThis.stopHouseKeeper = keeper.stop;
  process.env.TEST_HOUSE_KEEPER = keeper.url;
}
