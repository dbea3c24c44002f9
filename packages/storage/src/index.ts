export { canReachObjects, connectObjectStore, objectSecret } from './connect.ts';
export { createFsStore, type FsStoreOptions } from './fs-store.ts';
export { newObjectKey, type ObjectKind, safeFileName } from './keys.ts';
export { type ObjectServerOptions, type RunningObjectServer, startObjectServer } from './object-server.ts';
export type { ObjectStore, ObjectWithBody, PresignedRequest, StoredObject } from './object-store.ts';
export { createS3Store, type S3StoreOptions } from './s3-store.ts';
