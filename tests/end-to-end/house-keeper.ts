import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { type OpenHouse, type OpenSite, openSite, type Site, startHouse } from './open-house.ts';

/** What a test file needs to know of the house that it shares with others. */
export interface SharedHouse extends Omit<OpenHouse, 'site' | 'pidOf'> {
  readonly site: Omit<Site, 'endLater'>;
  /** By which the gateway vouches for its requests to subgraphs. */
  readonly secret: string;
}

/**
 * Answers, over loopback, where the one house is that test files share. It is started when the first of them asks, and
 * ends with `stop`.
 */
export async function openHouseKeeper(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  let site: OpenSite | undefined;
  let starting: Promise<SharedHouse> | undefined;

  const start = async (): Promise<SharedHouse> => {
    const secret = randomBytes(32).toString('base64url');
    site = await openSite('shared');
    const house = await startHouse(site, {
      environment: { TRUSTED_PROXIES: '127.0.0.1', SUBGRAPH_SECRET: secret },
    });
    const { urls, logins, places, startSeconds } = house;
    const { directory, ports, environment } = site;
    return { urls, logins, places, startSeconds, secret, site: { directory, ports, environment } };
  };
  const server = createServer((_request, response) => {
    starting ??= start();
    starting.then(
      (house) => response.end(JSON.stringify(house)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await starting?.catch(() => undefined);
      await site?.close();
    },
  };
}
