import { connect, createServer, type Socket } from 'node:net';

export interface FaultProxy {
  readonly port: number;
  /** From here on nothing passes, in neither direction, and nobody is told: as if the network had gone. */
  swallow(): void;
  /** What comes from here on passes; what was swallowed is lost, so its connections end. */
  pass(): void;
  stop(): void;
}

/** Stands between a house and a server that listens on `target`, both on loopback. */
export async function startFaultProxy(target: number): Promise<FaultProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let isSwallowing = false;

  const end = ([inner, outer]: readonly [Socket, Socket]) => {
    inner.destroy();
    outer.destroy();
  };
  const server = createServer((inner) => {
    const outer = connect(target, '127.0.0.1');
    const pair = [inner, outer] as const;
    pairs.add(pair);
    const relay = (from: Socket, to: Socket) => {
      from.on('data', (chunk) => {
        if (!isSwallowing) to.write(chunk);
      });
      // A side that goes is not noticed by the other while nothing passes.
      from.once('close', () => {
        if (isSwallowing) return;
        pairs.delete(pair);
        end(pair);
      });
      from.on('error', () => undefined);
    };
    relay(inner, outer);
    relay(outer, inner);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    swallow: () => {
      isSwallowing = true;
    },
    pass: () => {
      for (const pair of pairs) end(pair);
      pairs.clear();
      isSwallowing = false;
    },
    stop: () => {
      for (const pair of pairs) end(pair);
      server.close();
    },
  };
}
