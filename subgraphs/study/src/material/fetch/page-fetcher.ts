import { lookup as lookUp } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, type Dispatcher } from 'undici';
import { UnreadableFileError } from '../extract/unreadable-file.ts';
import { isPublicAddress } from './public-address.ts';

export interface FetchedPage {
  /** In lower case, without parameters. */
  readonly contentType: string;
  /** The character set that the server named. */
  readonly charset: string | null;
  readonly body: Uint8Array;
}

/** Fetches a page of the open web; throws UnreadableFileError with a reason for the learner. */
export type PageFetcher = (url: string) => Promise<FetchedPage>;

export interface FetcherOptions {
  /** The addresses of a host name; those of the system's resolver by default. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  /** Which addresses and ports may be connected to: public ones on 80 and 443 by default. */
  readonly permits?: (address: string, port: number) => boolean;
  readonly timeoutMs?: number;
}

const maxBytes = 10 * 1024 * 1024;
const maxRedirects = 5;
const webPorts = [80, 443];
const redirects = [301, 302, 303, 307, 308];

const resolveByDns = async (host: string): Promise<string[]> =>
  (await lookUp(host, { all: true, verbatim: true })).map(({ address }) => address);

const refused = () => new UnreadableFileError('The address is not on the open web.');

function parseUrl(text: string, base?: string): URL {
  const url = URL.parse(text, base);
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '') {
    throw new UnreadableFileError('The address is no http or https URL.');
  }
  return url;
}

const portOf = ({ port, protocol }: URL): number => Number(port) || (protocol === 'https:' ? 443 : 80);
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/gu, '');

/** The addresses of the URL's host, when every one of them may be connected to. */
async function checkHost(
  url: URL,
  { resolve, permits }: Required<Pick<FetcherOptions, 'resolve' | 'permits'>>,
): Promise<readonly string[]> {
  const host = hostOf(url);
  const addresses = isIP(host) ? [host] : await resolve(host).catch(() => []);
  if (addresses.length === 0) throw new UnreadableFileError('The address cannot be found.');
  if (!addresses.every((address) => permits(address, portOf(url)))) throw refused();
  return addresses;
}

/** Connects to addresses that were checked and to no others: the name is not looked up again. */
const pinTo =
  (addresses: readonly string[]): LookupFunction =>
  (_host, options, callback) => {
    const found = addresses.map((address) => ({ address, family: isIP(address) }));
    const [first] = found;
    if (options.all) callback(null, found);
    else callback(null, first?.address ?? '', first?.family);
  };

async function readBody(body: Dispatcher.ResponseData['body']): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > maxBytes) throw new UnreadableFileError('The page is too large.');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const headerOf = (headers: Dispatcher.ResponseData['headers'], name: string): string =>
  String(headers[name] ?? '');

/** The page, or where the server sends us instead. */
async function read({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<FetchedPage | string> {
  const location = headerOf(headers, 'location');
  if (redirects.includes(statusCode) && location !== '') {
    await body.dump();
    return location;
  }
  if (statusCode !== 200) throw new UnreadableFileError(`The server answered with status ${statusCode}.`);
  if (!['', 'identity'].includes(headerOf(headers, 'content-encoding'))) {
    throw new UnreadableFileError('The server compressed the page although it was asked not to.');
  }
  const [type = '', ...parameters] = headerOf(headers, 'content-type').split(';');
  const charset = /charset="?([\w:.-]+)"?/iu.exec(parameters.join(';'))?.[1] ?? null;
  return { contentType: type.trim().toLowerCase(), charset, body: await readBody(body) };
}

/**
 * A fetcher that cannot be led inside: each host, also of each redirect, is looked up once, every address of it must be
 * permitted, and the connection goes to those addresses and no others, so that a name that changes in between (DNS
 * rebinding) changes nothing. It sends no cookies or credentials, takes 10 MiB at most, and knows no proxy.
 */
export function createPageFetcher({
  resolve = resolveByDns,
  permits = (address, port) => webPorts.includes(port) && isPublicAddress(address),
  timeoutMs = 20_000,
}: FetcherOptions = {}): PageFetcher {
  const ask = async (url: URL, signal: AbortSignal): Promise<FetchedPage | string> => {
    const addresses = await checkHost(url, { resolve, permits });
    const agent = new Agent({ connect: { lookup: pinTo(addresses), timeout: timeoutMs } });
    try {
      const response = await agent.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: 'GET',
        headers: { accept: 'text/html, text/*, application/pdf', 'accept-encoding': 'identity' },
        signal,
      });
      return await read(response);
    } finally {
      await agent.destroy();
    }
  };

  return async (text) => {
    const signal = AbortSignal.timeout(timeoutMs);
    let url = parseUrl(text);
    try {
      for (let hop = 0; hop <= maxRedirects; hop += 1) {
        const answer = await ask(url, signal);
        if (typeof answer !== 'string') return answer;
        url = parseUrl(answer, url.href);
      }
    } catch (error) {
      if (error instanceof UnreadableFileError) throw error;
      throw new UnreadableFileError('The page cannot be fetched.');
    }
    throw new UnreadableFileError('The address leads on and on.');
  };
}
