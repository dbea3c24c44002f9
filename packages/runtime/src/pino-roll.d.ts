declare module 'pino-roll' {
  import type { DestinationStream } from 'pino';

  /** A stream into `<file>.<n><extension>`; a new file once one is `size` large, the oldest beyond `limit` deleted. */
  // biome-ignore lint/style/noDefaultExport: it is what the library has
  export default function roll(options: {
    readonly file: string;
    readonly size: string;
    readonly extension: string;
    readonly limit: { readonly count: number; readonly removeOtherLogFiles?: boolean };
    readonly mkdir: boolean;
    readonly sync: boolean;
  }): Promise<DestinationStream>;
}
