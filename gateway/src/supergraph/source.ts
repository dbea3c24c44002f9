import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isHttpUrl } from '../config.ts';

const requestTimeoutMs = 10_000;

/** Reads the SDL from a file or an http(s) URL. */
export async function readSupergraph(source: string): Promise<string> {
  if (!isHttpUrl(source)) return readFile(source, 'utf8');
  const response = await fetch(source, { signal: AbortSignal.timeout(requestTimeoutMs) });
  if (!response.ok) throw new Error(`${source} answered ${response.status}.`);
  return response.text();
}

const filePollMs = 400;
const urlPollMs = 10_000;

/** Calls back when the source may have changed: a file within half a second, a URL every ten. */
export function watchSupergraph(source: string, onChange: () => void): { stop(): void } {
  if (isHttpUrl(source)) {
    const timer = setInterval(onChange, urlPollMs);
    timer.unref();
    return { stop: () => clearInterval(timer) };
  }
  const listener = (current: { readonly mtimeMs: number }, previous: { readonly mtimeMs: number }) => {
    if (current.mtimeMs !== 0 && current.mtimeMs !== previous.mtimeMs) onChange();
  };
  watchFile(source, { interval: filePollMs, persistent: false }, listener);
  return { stop: () => unwatchFile(source, listener) };
}
