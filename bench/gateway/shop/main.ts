import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type GraphQLSchema, graphql } from 'graphql';
import { type Subgraph, subgraphs } from './subgraphs.ts';

/**
 * The four subgraphs in one process. What was asked before is answered from memory, so that they cost next to nothing
 * beside the gateway that is measured. Started with `fork`; the first port is its argument.
 */

/** A fetch that a gateway made: those of one step were under way together. */
export interface RecordedFetch {
  readonly subgraph: string;
  readonly step: number;
  readonly body: string;
}

export type Command = 'record' | 'report';

const maxRemembered = 2_000;
/** While fetches are recorded: long enough for all of one step to arrive before the first is answered. */
const recordingDelayMs = 60;

let recording: { fetches: RecordedFetch[]; inFlight: number; step: number } | null = null;

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function answerTo(schema: GraphQLSchema, text: string): Promise<Buffer> {
  const { query, variables, operationName } = JSON.parse(text);
  const result = await graphql({ schema, source: query, variableValues: variables, operationName });
  return Buffer.from(JSON.stringify(result));
}

async function hold(subgraph: string, body: string): Promise<void> {
  if (!recording) return;
  if (recording.inFlight === 0) recording.step += 1;
  recording.inFlight += 1;
  recording.fetches.push({ subgraph, step: recording.step, body });
  await new Promise((resolve) => setTimeout(resolve, recordingDelayMs));
  recording.inFlight -= 1;
}

function serve({ name, schema }: Subgraph) {
  const remembered = new Map<string, Buffer>();
  return createServer(
    { keepAliveTimeout: 120_000 },
    async (request: IncomingMessage, response: ServerResponse) => {
      const text = await readText(request);
      await hold(name, text);
      const answer = remembered.get(text) ?? (await answerTo(schema, text));
      if (remembered.size < maxRemembered) remembered.set(text, answer);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
      response.end(answer);
    },
  );
}

process.on('message', (command: Command) => {
  if (command === 'record') recording = { fetches: [], inFlight: 0, step: 0 };
  else process.send?.(recording?.fetches ?? []);
  if (command === 'report') recording = null;
});
process.on('disconnect', () => process.exit());

const firstPort = Number(process.argv[2]);
for (const [index, subgraph] of subgraphs.entries()) {
  await once(serve(subgraph).listen(firstPort + index, '127.0.0.1'), 'listening');
}
process.send?.('ready');
