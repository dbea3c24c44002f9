import { counter } from '@studymate/runtime';
import type { SendToSubgraph, SubgraphRequest } from '../execution/fetch-step.ts';
import type { DataObject } from '../execution/gathered.ts';
import { callerOf } from '../execution/subgraphs.ts';
import { copyOfAnswer } from './freshness.ts';

/** Equal for requests that a subgraph cannot tell apart, but by their ids. */
const keyOf = ({ service, body, scope }: SubgraphRequest): string =>
  [service, JSON.stringify([callerOf({ ...scope, requestId: '' }), scope.propagatedHeaders]), body].join(
    '\n',
  );

interface Flight {
  joined: number;
  /** One answer for each who joined: the executor writes into what it is given. */
  readonly answers: Promise<readonly DataObject[]>;
}

/**
 * Sends equal reads that are under way at the same time once. Nobody joins a read that began before a mutation
 * ended: it may not show what the mutation did.
 */
export function shareReads(send: SendToSubgraph): SendToSubgraph {
  const shared = counter({
    name: 'gateway_shared_fetches_total',
    help: 'Fetches answered by an equal one that was under way.',
    labels: ['subgraph'],
  });
  let flights = new Map<string, Flight>();

  const start = (key: string, request: SubgraphRequest): Flight => {
    const among = flights;
    const leave = () => among.delete(key);
    const flight: Flight = {
      joined: 0,
      answers: send(request).then(
        (answer) => {
          leave();
          return Array.from({ length: flight.joined }, (_, place) =>
            place === 0 ? answer : copyOfAnswer(answer),
          );
        },
        (error: unknown) => {
          leave();
          throw error;
        },
      ),
    };
    flights.set(key, flight);
    return flight;
  };

  const read: SendToSubgraph = async (request) => {
    const key = keyOf(request);
    const underWay = flights.get(key);
    if (underWay) shared.inc({ subgraph: request.service });
    const flight = underWay ?? start(key, request);
    const place = flight.joined;
    flight.joined += 1;
    const answer = (await flight.answers)[place];
    if (!answer) throw new Error('A shared read has no answer for one that joined it.');
    return answer;
  };

  return async (request) => {
    if (request.kind === 'query') return read(request);
    try {
      return await send(request);
    } finally {
      flights = new Map();
    }
  };
}
