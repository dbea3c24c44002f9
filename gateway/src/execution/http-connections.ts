import {
  Connection,
  type ConnectionOwner,
  type ConnectionsOptions,
  PostedRequest,
  type ReplyHandler,
  type SentRequest,
} from './http-connection.ts';

export interface HttpConnections {
  /** Posts JSON and accepts it; names of headers are in lower case. Throws a TypeError for a value that HTTP cannot carry. */
  post(body: string, headers: Readonly<Record<string, string>>, handler: ReplyHandler): SentRequest;
  /** Ends idle connections now and the others after their response. */
  close(): Promise<void>;
}

/** Every request is one for GraphQL (GraphQL over HTTP, 5.1). */
const always = 'content-type: application/json\r\naccept: application/json\r\n';

/** These say how a request is framed and carried: that is for this side to say, whatever a caller hands on. */
const ownNames = new Set([
  'accept',
  'connection',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const unfit = /[^\t\x20-\x7e\x80-\xff]/;

function headOf(start: string, headers: Readonly<Record<string, string>>): string {
  let head = start;
  for (const name in headers) {
    if (ownNames.has(name)) continue;
    const value = headers[name] ?? '';
    if (unfit.test(value)) throw new TypeError(`The header ${name} holds what no header can.`);
    head += `${name}: ${value}\r\n`;
  }
  return head;
}

/** Keep-alive HTTP/1.1 connections to one server, one request on each at a time. */
export function openConnections(options: ConnectionsOptions): HttpConnections {
  const { host, pathname, search } = options.url;
  const start = `POST ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\n${always}`;
  const all = new Set<Connection>();
  const idle: Connection[] = [];
  const waiting: PostedRequest[] = [];
  let whenClosed: (() => void) | null = null;

  const owner: ConnectionOwner = {
    options,
    onFree: (connection, reusableMs) => {
      const next = takeWaiting();
      if (next) connection.send(next);
      else if (whenClosed) connection.destroy();
      else {
        connection.usableUntil = performance.now() + reusableMs;
        idle.push(connection);
      }
    },
    onClosed: (connection) => {
      all.delete(connection);
      const position = idle.indexOf(connection);
      if (position >= 0) idle.splice(position, 1);
      const next = takeWaiting();
      if (next) open().send(next);
      if (all.size === 0) whenClosed?.();
    },
  };

  const takeWaiting = (): PostedRequest | undefined => {
    let next = waiting.shift();
    while (next?.isAbandoned) next = waiting.shift();
    return next;
  };

  const open = (): Connection => {
    const connection = new Connection(owner);
    all.add(connection);
    return connection;
  };

  /** The one used last: the others may grow old and go. */
  const takeIdle = (): Connection | undefined => {
    const now = performance.now();
    for (let connection = idle.pop(); connection; connection = idle.pop()) {
      if (connection.usableUntil > now) return connection;
      connection.destroy();
    }
    return undefined;
  };

  return {
    post: (body, headers, handler) => {
      const request = new PostedRequest(headOf(start, headers), body, handler);
      const connection = takeIdle() ?? (all.size < options.connections ? open() : undefined);
      if (connection) connection.send(request);
      else waiting.push(request);
      return request;
    },
    close: () =>
      new Promise((resolve) => {
        whenClosed = resolve;
        if (all.size === 0) resolve();
        for (const connection of idle.splice(0)) connection.destroy();
      }),
  };
}
