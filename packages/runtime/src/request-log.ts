import { AsyncLocalStorage } from 'node:async_hooks';

const requestIds = new AsyncLocalStorage<string>();

/** Has every line that is logged while `act` goes on carry the id of the request that it serves. */
export const logForRequest = <T>(requestId: string, act: () => T): T => requestIds.run(requestId, act);

/** What a line says of the request that it is logged for. */
export const requestFields = (): { requestId?: string } => {
  const requestId = requestIds.getStore();
  return requestId === undefined ? {} : { requestId };
};
