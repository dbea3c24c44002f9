import { type DataObject, isDataObject } from '../execution/gathered.ts';

/** One event of a stream (WHATWG HTML, 9.2.6), as far as GraphQL's streams use them. */
interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
}

const maxEventLength = 16_000_000;

function parseEvent(block: string): ServerSentEvent {
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') event = value;
    else if (name === 'data') data.push(value);
  }
  return { event, data: data.join('\n') };
}

async function* splitEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true });
    let end = text.indexOf('\n\n');
    while (end >= 0) {
      yield parseEvent(text.slice(0, end));
      text = text.slice(end + 2);
      end = text.indexOf('\n\n');
    }
    if (text.length > maxEventLength) throw new Error('An event is too long.');
  }
}

/** The GraphQL results of a stream, until `complete`. Throws when the stream ends without it. */
export async function* readResults(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<DataObject> {
  for await (const { event, data } of splitEvents(chunks)) {
    if (event === 'complete') return;
    if (event !== 'next') continue;
    const result: unknown = JSON.parse(data);
    if (isDataObject(result)) yield result;
  }
  throw new Error('The stream was cut off.');
}

export const nextEvent = (result: unknown): string => `event: next\ndata: ${JSON.stringify(result)}\n\n`;
export const completeEvent = 'event: complete\ndata:\n\n';
export const keepAliveEvent = ':\n\n';
