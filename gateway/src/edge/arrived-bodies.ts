import type { IncomingMessage } from 'node:http';

const arrived = new WeakMap<IncomingMessage, Buffer>();

/** Keeps the body that arrived together with its request: nobody has to wait for it. */
export function keepArrivedBody(request: IncomingMessage, body: Buffer): void {
  arrived.set(request, body);
}

export const arrivedBodyOf = (request: IncomingMessage): Buffer | undefined => arrived.get(request);
