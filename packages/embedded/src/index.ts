export { findHaproxy } from './haproxy-binary.ts';
export { commandLineOf, endLeftover, endProcess, findPid } from './leftovers.ts';
export { type MailSinkOptions, type RunningMailSink, startMailSink } from './mail-sink/mail-sink.ts';
export { canBind, findFreePort, requireFreePort } from './ports.ts';
export { type PostgresOptions, type RunningPostgres, startPostgres } from './postgres.ts';
export type { RunningServer } from './process.ts';
export { type RedisOptions, type RunningRedis, startRedis } from './redis.ts';
export { type RunningTraceSink, startTraceSink } from './trace-sink/trace-sink.ts';
