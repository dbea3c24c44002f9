import { afterAll } from '@jest/globals';
import { openSite, type Site } from './open-house.ts';

export {
  type House,
  type HouseOptions,
  type OpenHouse,
  root,
  type Site,
  startHouse,
} from './open-house.ts';

const stopTimeoutMs = 60_000;

/** A site that is cleared when the test file ends. Call it at the top of a test file. */
export async function someSite(name: string): Promise<Site> {
  const site = await openSite(name);
  afterAll(site.close, stopTimeoutMs);
  return site;
}
