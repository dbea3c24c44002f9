/** An object as the store knows it, without its body. */
export interface StoredObject {
  readonly key: string;
  /** Grows with every put of the key; old versions stay readable. */
  readonly version: string;
  readonly contentType: string;
  readonly byteSize: number;
  /** Hex; null for what a client put into S3 directly, until it is read. */
  readonly sha256: string | null;
  readonly storedAt: Date;
}

export interface ObjectWithBody extends StoredObject {
  readonly sha256: string;
  readonly body: Buffer;
}

/** A request that its holder may send once the URL is theirs, until `expiresAt`. */
export interface PresignedRequest {
  readonly method: 'GET' | 'PUT';
  readonly url: string;
  /** To be sent exactly so; content-length goes with the body by itself. */
  readonly headers: Readonly<Record<string, string>>;
  readonly expiresAt: Date;
}

/**
 * Where large bodies live. Keys come from `newObjectKey`; a key is never guessed, and whoever has one still needs a
 * presigned URL. Reading what is not there answers null, deleting it does nothing.
 */
export interface ObjectStore {
  put(key: string, body: Uint8Array | string, contentType: string): Promise<ObjectWithoutBody>;
  get(key: string, version?: string): Promise<ObjectWithBody | null>;
  head(key: string): Promise<StoredObject | null>;
  /** Hides the object; its versions stay readable by version. */
  delete(key: string): Promise<void>;
  /** Destroys the object with all its versions; nothing can bring it back. */
  erase(key: string): Promise<void>;
  /** The keys of all objects that are not hidden, in no order. */
  listKeys(): AsyncIterable<string>;
  /** All versions that have a body, newest first. */
  listVersions(key: string): Promise<StoredObject[]>;
  /**
   * Lets its holder put exactly `byteSize` bytes of exactly this type there, for 15 minutes, and once: what is there
   * already is not replaced (412), so that nobody stores more than was counted.
   */
  presignPut(upload: { key: string; contentType: string; byteSize: number }): Promise<PresignedRequest>;
  /** Lets its holder read the object for 15 minutes, as a download of that name. */
  presignGet(key: string, fileName?: string): Promise<PresignedRequest>;
  /** Whether the store answers, for readiness. */
  isReachable(): Promise<boolean>;
}

export type ObjectWithoutBody = StoredObject & { readonly sha256: string };

export const presignedLifetimeMs = 15 * 60 * 1000;

/** A header value that makes a browser save the body under that name and never render it. */
export const attachmentOf = (fileName: string) =>
  `attachment; filename*=UTF-8''${encodeURIComponent(fileName).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)}`;
