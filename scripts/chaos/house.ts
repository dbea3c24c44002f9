import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type RunningPostgres, type RunningRedis, startPostgres, startRedis } from '@studymate/embedded';
import { root } from '../launcher/workspace.ts';

/** Where a house for chaos lives: a folder of its own and its ports, by the variables the launcher reads. */
export interface ChaosSite {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface ChaosHouse {
  readonly gateways: readonly string[];
  readonly mail: string;
  readonly databaseUrl: string;
  readonly logins: readonly { readonly email: string; readonly password: string; readonly role: string }[];
  /** What can be killed, by name. */
  readonly targets: readonly string[];
  /**
   * Kills with SIGKILL; what was killed is started again. Answers how to ask whether it is. Throws when it is down
   * already.
   */
  kill(target: string): () => boolean;
  /** Resolves when PostgreSQL and Redis are back. */
  healed(): Promise<void>;
  stop(): Promise<void>;
}

const startTimeoutMs = 240_000;
const serverDownMs = 1_000;
const inherited = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'PG_BIN'];

/** Starts it again as long as the kernel still clears up after the killed one. */
async function again<T>(start: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start();
    } catch (error) {
      if (attempt === 20) throw error;
      await delay(500);
    }
  }
}

/** A PostgreSQL and a Redis that are started again when they were killed. */
async function startServers({ directory, environment }: ChaosSite) {
  const start = {
    postgres: () =>
      startPostgres({ directory: join(directory, 'postgres'), port: Number(environment.POSTGRES_PORT) }),
    redis: () =>
      startRedis({
        directory: join(directory, 'redis'),
        port: Number(environment.REDIS_PORT),
        cache: join(root, 'run/toolchain/redis'),
      }),
  };
  const running: { postgres: RunningPostgres; redis: RunningRedis } = {
    postgres: await start.postgres(),
    redis: await start.redis(),
  };
  const healing: Partial<Record<keyof typeof running, Promise<void>>> = {};
  const healed = async () => {
    await Promise.all(Object.values(healing));
  };
  return {
    urls: { DATABASE_URL: running.postgres.url, REDIS_URL: running.redis.url },
    healed,
    kill: (name: keyof typeof running) => {
      const { pid, exited } = running[name];
      process.kill(pid, 'SIGKILL');
      let isBack = false;
      healing[name] = exited
        .then(() => delay(serverDownMs))
        .then(async () => {
          if (name === 'postgres') running.postgres = await again(start.postgres);
          else running.redis = await again(start.redis);
          isBack = true;
        });
      return () => isBack;
    },
    stop: async () => {
      await healed().catch(() => undefined);
      await Promise.all([running.postgres.stop(), running.redis.stop()]);
    },
  };
}

function launchHouse(site: ChaosSite, urls: Readonly<Record<string, string>>): ChildProcess {
  const surroundings = inherited.flatMap((key) => (process.env[key] ? [[key, process.env[key]]] : []));
  return spawn(process.execPath, ['--max-semi-space-size=2', 'scripts/start.ts', '--separate'], {
    cwd: root,
    env: {
      ...Object.fromEntries(surroundings),
      ...site.environment,
      ...urls,
      NODE_COMPILE_CACHE: join(root, 'run/compile-cache'),
      RUN_DIRECTORY: site.directory,
      GATEWAYS: '2',
      RESTART: '1',
      TRUSTED_PROXIES: '127.0.0.1',
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

async function announced(launcher: ChildProcess): Promise<void> {
  let said = '';
  const outcome = await Promise.race([
    new Promise<'up'>((resolve) => {
      const listen = (chunk: Buffer) => {
        said += chunk;
        if (said.includes('StudyMate is up')) resolve('up');
      };
      launcher.stdout?.on('data', listen);
      launcher.stderr?.on('data', listen);
    }),
    new Promise<'ended'>((resolve) => launcher.once('exit', () => resolve('ended'))),
    delay(startTimeoutMs, 'late' as const, { ref: false }),
  ]);
  if (outcome !== 'up') throw new Error(`The house did not start (${outcome}):\n${said}`);
}

function listProcesses(): string[] {
  const names = ['auth', 'study', 'quiz', 'subscription', 'notification', 'ai', 'personalization'];
  return ['gateway', 'gateway-2', ...names, ...names.map((name) => `${name}-worker`), 'relay'];
}

/**
 * Starts two gateways and every subgraph and worker as a process of its own, on a PostgreSQL and a Redis that this
 * process looks after. What ends is started again.
 */
export async function startChaosHouse(site: ChaosSite): Promise<ChaosHouse> {
  const { directory } = site;
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const servers = await startServers(site);
  const launcher = launchHouse(site, servers.urls);
  const exited = new Promise<void>((resolve) => launcher.once('exit', () => resolve()));
  const stop = async () => {
    launcher.kill('SIGTERM');
    await exited;
    await servers.stop();
  };
  await announced(launcher).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const state = JSON.parse(readFileSync(join(directory, 'studymate.json'), 'utf8'));
  return {
    gateways: [`${state.urls.gateway}/graphql`, `${state.urls.gateway2}/graphql`],
    mail: state.urls.mail,
    databaseUrl: servers.urls.DATABASE_URL,
    logins: state.logins,
    targets: ['postgres', 'redis', ...listProcesses()],
    kill: (target) => {
      if (target === 'postgres' || target === 'redis') return servers.kill(target);
      const file = join(directory, `${target}.pid`);
      const pid = readFileSync(file, 'utf8');
      process.kill(Number(pid), 'SIGKILL');
      return () => existsSync(file) && readFileSync(file, 'utf8') !== pid;
    },
    healed: servers.healed,
    stop,
  };
}
