/** Prisma's codes for a server that cannot be reached, hangs up, is full, or gives no connection in time. */
const prismaCodes = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037']);

/** What a driver says of it: SQLSTATE 08*, 53300, 57P* and 25006 (a standby), sockets, the time-out of the pool. */
const words =
  /can't reach database|connection terminated|timeout exceeded when trying to connect|ECONNREFUSED|ECONNRESET|EPIPE|`(08\w{3}|53300|57P\d\d|25006)`|DatabaseNotReachable|ConnectionClosed|SocketTimeout|TooManyConnections|server has closed the connection/i;

/** What node-postgres says itself, where Prisma hands it on as it is. */
const driverWords =
  /^(connection terminated (unexpectedly|due to connection timeout)|timeout exceeded when trying to connect)$/i;

/** Whether a failure means that the database is away for now, rather than that we asked something wrong of it. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && prismaCodes.has(code)) return true;
  if (error.name === 'Error' && driverWords.test(error.message)) return true;
  const isOfDatabase = error.name.startsWith('PrismaClient') || error.name === 'DriverAdapterError';
  return (isOfDatabase && words.test(error.message)) || isDatabaseAway(error.cause);
}
