import { once } from 'node:events';
import { createTracePage } from './trace-page.ts';
import { createTraceStore } from './trace-store.ts';

export interface RunningTraceSink {
  /** Where spans go (as OTEL_EXPORTER_OTLP_ENDPOINT) and where the page is. */
  readonly url: string;
  stop(): Promise<void>;
}

const host = '127.0.0.1';

/**
 * Takes spans by OTLP/JSON over HTTP on loopback, in the place of a collector and Jaeger, and shows them on a page.
 * Port 0 takes a free one. The last five hundred traces are kept, in memory.
 */
export async function startTraceSink({ port }: { readonly port: number }): Promise<RunningTraceSink> {
  const page = createTracePage(createTraceStore());
  page.listen(port, host);
  await once(page, 'listening');
  const address = page.address();
  const taken = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://${host}:${taken}`,
    stop: async () => {
      const closed = new Promise<void>((resolve) => page.close(() => resolve()));
      page.closeAllConnections();
      await closed;
    },
  };
}
