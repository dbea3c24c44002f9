import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import { type InspectedQueue, openQueues } from './inspection.ts';

export interface BoardOptions {
  readonly redisUrl: string;
  /** Of loopback; 0 takes a free one. */
  readonly port: number;
  /** Whether dead letters may be tried anew. Nothing else can be changed. */
  readonly mayReplay: boolean;
  /** Told of every dead letter that was put back. */
  readonly onReplay: (queue: string, id: string) => void;
}

export interface Board {
  /** Opens the board for one browser, once. */
  readonly invitation: string;
  stop(): Promise<void>;
}

const host = '127.0.0.1';
const replayOne = /^\/api\/queues\/([^/]+)\/([^/]+)\/retry$/;
const replayAll = /^\/api\/queues\/([^/]+)\/retry\/failed$/;

/** The page comes from here alone, whatever it names, and nobody frames it. */
const headers = {
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const newSecret = (): string => randomBytes(32).toString('base64url');

function isSame(given: string | null | undefined, secret: string): boolean {
  const [one, other] = [Buffer.from(given ?? ''), Buffer.from(secret)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { ...headers, 'content-type': 'text/plain; charset=utf-8' }).end(`${message}\n`);
}

/** Lets in the browser that came first with the invitation, and from then on only that one. */
function createDoor() {
  const [key, session] = [newSecret(), newSecret()];
  let isTaken = false;
  const cookie = 'studymate-board';
  return {
    key,
    /** Whether the request was answered here: it brought the invitation, or nothing at all. */
    stopsAtDoor: (request: IncomingMessage, response: ServerResponse, origin: string): boolean => {
      // Another name for this address would let pages of that name read what is here.
      if (`http://${request.headers.host}` !== origin) {
        refuse(response, 421, 'There is nothing here by that name.');
        return true;
      }
      const url = new URL(request.url ?? '/', origin);
      if (!isTaken && url.pathname === '/' && isSame(url.searchParams.get('key'), key)) {
        isTaken = true;
        const kept = `${cookie}=${session}; HttpOnly; SameSite=Strict; Path=/`;
        response.writeHead(303, { ...headers, location: '/', 'set-cookie': kept }).end();
        return true;
      }
      const brought = request.headers.cookie?.split('; ').find((each) => each.startsWith(`${cookie}=`));
      if (isSame(brought?.slice(cookie.length + 1), session)) return false;
      refuse(response, 401, 'Open the address that `pnpm jobs board` has printed. It works once.');
      return true;
    },
  };
}

/** What the board asks to be tried anew; null for everything else that it can ask for. */
async function findReplay(
  queues: readonly InspectedQueue[],
  path: string,
): Promise<{ queue: InspectedQueue; ids: string[] } | null> {
  const [, name, id] = replayAll.exec(path) ?? replayOne.exec(path) ?? [];
  const queue = queues.find((each) => each.name === decodeURIComponent(name ?? ''));
  if (!queue) return null;
  const letters = (await queue.listDeadLetters()).map((letter) => letter.id);
  return {
    queue,
    ids: id === undefined ? letters : letters.filter((each) => each === decodeURIComponent(id)),
  };
}

function createChanges({ mayReplay, onReplay }: BoardOptions, queues: readonly InspectedQueue[]) {
  return async (path: string, response: ServerResponse): Promise<void> => {
    const replay = mayReplay ? await findReplay(queues, path) : null;
    if (!replay) return refuse(response, 403, 'The board changes nothing but replays dead letters.');
    for (const id of replay.ids) {
      await replay.queue.replay(id);
      onReplay(replay.queue.name, id);
    }
    response.writeHead(200, { ...headers, 'content-type': 'application/json' });
    response.end(JSON.stringify({ retried: replay.ids.length, skipped: 0 }));
  };
}

/**
 * Serves Bull Board on loopback to whoever has the invitation, which only who started it knows. What it can change
 * does not go through Bull Board: a replay has all its attempts before it, as one from the command line has.
 */
export async function startBoard(options: BoardOptions): Promise<Board> {
  const { queues, inspected, stop } = openQueues(options.redisUrl);
  const adapter = new ExpressAdapter();
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue, { readOnlyMode: !options.mayReplay })),
    serverAdapter: adapter,
    options: { uiConfig: { boardTitle: 'StudyMate queues', hideDocsLink: true, sortQueues: true } },
  });
  const showBoard: RequestListener = adapter.getRouter();
  const change = createChanges(options, inspected);
  const door = createDoor();

  let origin = '';
  const server = createServer((request, response) => {
    if (door.stopsAtDoor(request, response, origin)) return;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (request.method === 'GET') return showBoard(request, response);
    if (request.headers.origin !== origin)
      return refuse(response, 403, 'Only the board itself may ask that.');
    change(request.url ?? '/', response).catch(() => refuse(response, 503, 'Redis does not answer.'));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, host, resolve);
  });
  const address = server.address();
  origin = `http://${host}:${typeof address === 'object' && address ? address.port : options.port}`;
  return {
    invitation: `${origin}/?key=${door.key}`,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await Promise.all([closed, stop()]);
    },
  };
}
