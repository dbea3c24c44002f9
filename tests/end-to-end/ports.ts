import { createServer, type Server } from 'node:net';
import { domainPorts } from '@studymate/contracts';
import { canBind } from '@studymate/embedded';

const firstPort = 22_000;
const blockSize = 20;
const blocks = 40;
const firstGatewayPort = 22_800;

const names = [
  ...Object.keys(domainPorts).map((name) => name.toUpperCase()),
  ...['MAIL', 'OBJECTS', 'SMTP', 'STRIPE_STAND_IN', 'TRACES', 'POSTGRES', 'REDIS'],
];

/** Ports that no other test house has, by the variables the launcher reads. */
export interface ClaimedPorts {
  readonly environment: Readonly<Record<string, string>>;
  readonly numbers: readonly number[];
  release(): void;
}

function hold(port: number): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => resolve(server.unref()));
  });
}

/**
 * A block of ports of one house's own. Its first port is held open for as long as the claim lasts, which keeps other
 * test processes on this machine from taking the same block; the others are free at this moment.
 */
export async function claimPorts(): Promise<ClaimedPorts> {
  const start = Math.floor(Math.random() * blocks);
  for (let turn = 0; turn < blocks; turn++) {
    const block = (start + turn) % blocks;
    const lock = await hold(firstPort + block * blockSize);
    if (!lock) continue;
    const own = names.map(
      (name, index) => [`${name}_PORT`, firstPort + block * blockSize + 1 + index] as const,
    );
    const environment = Object.fromEntries([['GATEWAY_PORT', firstGatewayPort + block] as const, ...own]);
    const numbers = [...Object.values(environment), firstGatewayPort + block + 100];
    const areFree = await Promise.all(numbers.map(canBind));
    if (areFree.every(Boolean)) {
      const texts = Object.entries(environment).map(([name, port]) => [name, `${port}`]);
      return { environment: Object.fromEntries(texts), numbers, release: () => lock.close() };
    }
    lock.close();
  }
  throw new Error(`No block of ${blockSize} free ports from ${firstPort}.`);
}
