import type { Server } from 'node:http';
import { counter } from '@studymate/runtime';
import { createAllowance } from '../subscriptions/allowance.ts';
import { clientAddressOf } from './client-address.ts';
import { networkOf } from './rate-limits.ts';
import type { TrustedProxies } from './trusted-proxies.ts';

export interface ConnectionLimit {
  /** Connections of one address (IPv6: one /64) at once. */
  readonly perAddress: number;
  /** They bring the connections of many. */
  readonly trustedProxies: TrustedProxies;
}

const refused = counter({
  name: 'gateway_connections_refused_total',
  help: 'Connections closed at once, as their address had enough of them.',
  labels: [],
});

/** Closes what one address opens beyond the limit, before anything is read: slow senders cost a connection each. */
export function limitConnections(server: Server, { perAddress, trustedProxies }: ConnectionLimit): void {
  const allowance = createAllowance(perAddress);
  server.on('connection', (socket) => {
    const address = clientAddressOf(socket.remoteAddress, undefined, trustedProxies);
    if (trustedProxies.has(address)) return;
    const leave = allowance.take(networkOf(address));
    if (leave) {
      socket.once('close', leave);
      return;
    }
    refused.inc();
    socket.destroy();
  });
}
