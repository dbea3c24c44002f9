import type { ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import type { SharedHouse } from './house-keeper.ts';
import { endProcess, type OpenHouse } from './open-house.ts';

const byte = () => randomInt(1, 255);

/**
 * Introduces this test file to the gateways on these ports as a client with an address of its own, by the header of a
 * trusted proxy, so that what others ask does not count against it.
 */
function introduceAs(address: string, ports: ReadonlySet<string>): void {
  const plainFetch = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const { port } = new URL(input instanceof Request ? input.url : input);
    const headers = new Headers(init?.headers);
    if (input instanceof Request || !ports.has(port) || headers.has('x-forwarded-for')) {
      return plainFetch(input, init);
    }
    headers.set('x-forwarded-for', address);
    return plainFetch(input, { ...init, headers });
  };
}

/**
 * The one house of a test run, for files that ask, attack and look, and neither stop nor configure anything of it: each
 * start that is saved is a dozen seconds. What a file makes is its own; what it counts must be its own too.
 */
export async function joinSharedHouse(): Promise<OpenHouse & { readonly secret: string }> {
  const keeper = process.env.TEST_HOUSE_KEEPER;
  if (keeper === undefined)
    throw new Error('There is no shared house: run tests with `npm test` or `pnpm jest`.');
  const response = await fetch(keeper);
  if (!response.ok) throw new Error(await response.text());
  const house = (await response.json()) as SharedHouse;
  const ports = Object.entries(house.urls).flatMap(([name, url]) =>
    /^gateway\d*$/.test(name) ? [new URL(url).port] : [],
  );
  introduceAs(`10.${byte()}.${byte()}.${byte()}`, new Set(ports));

  const companions: ChildProcess[] = [];
  afterAll(async () => {
    await Promise.all(companions.map((companion) => endProcess(companion, 'SIGTERM')));
  }, 60_000);
  return {
    ...house,
    site: {
      ...house.site,
      ports: { ...house.site.ports, release: () => undefined },
      endLater: (companion) => companions.push(companion),
    },
    pidOf: (name) => Number(readFileSync(join(house.site.directory, `${name}.pid`), 'utf8')),
  };
}
