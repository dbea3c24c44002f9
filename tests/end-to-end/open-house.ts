import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Places } from '../../scripts/story/learner.ts';
import { writePatientGateway } from './patient-gateway.ts';
import { type ClaimedPorts, claimPorts } from './ports.ts';

export const root = resolve(import.meta.dirname, '../..');
const runs = join(root, 'run/test');
const startTimeoutMs = 150_000;

/** Where a house lives: its state folder and its ports. Outlives the house, so that it can be started again. */
export interface Site {
  readonly directory: string;
  readonly ports: ClaimedPorts;
  /** What a script needs to speak of this house. */
  readonly environment: NodeJS.ProcessEnv;
  /** Has the launcher ended before the site is cleared, however the test file ends. */
  endLater(launcher: ChildProcess): void;
}

export interface DemoLogin {
  readonly email: string;
  readonly password: string;
  readonly role: string;
}

/** A StudyMate that is up, maybe for other test files too. */
export interface OpenHouse {
  readonly site: Site;
  readonly urls: Readonly<Record<string, string>>;
  readonly logins: readonly DemoLogin[];
  /** Where a story can be told. */
  readonly places: Places;
  readonly startSeconds: number;
  pidOf(name: string): number;
}

/** A StudyMate of a test's own, started as a person starts it. */
export interface House extends OpenHouse {
  readonly launcher: ChildProcess;
  /** Sends the launcher a signal and answers its exit code, null when the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Nothing of the surroundings reaches a test house but what it cannot run without. */
const inherited = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'PG_BIN'];

export interface OpenSite extends Site {
  /** Ends what runs there and clears it. */
  close(): Promise<void>;
}

/** A site that is there until it is closed. */
export async function openSite(name: string): Promise<OpenSite> {
  mkdirSync(runs, { recursive: true });
  const directory = mkdtempSync(join(runs, `${process.pid}-${name}-`));
  const ports = await claimPorts();
  const launchers: ChildProcess[] = [];
  const surroundings = inherited.flatMap((key) => (process.env[key] ? [[key, process.env[key]]] : []));
  const environment = {
    ...Object.fromEntries(surroundings),
    ...ports.environment,
    NODE_COMPILE_CACHE: join(root, 'run/compile-cache'),
    RUN_DIRECTORY: directory,
    GATEWAY_CONFIG: writePatientGateway(directory),
  };
  return {
    directory,
    ports,
    environment,
    endLater: (launcher) => launchers.push(launcher),
    close: async () => {
      await Promise.all(launchers.map((launcher) => endProcess(launcher, 'SIGTERM')));
      rmSync(directory, { recursive: true, force: true });
      ports.release();
    },
  };
}

/** Sends a signal to a process that still runs; answers its exit code, null when a signal ended it. */
export async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const isOver = child.exitCode !== null || child.signalCode !== null;
  if (isOver) return child.exitCode;
  const exited = new Promise<number | null>((done) => child.once('exit', done));
  child.kill(signal);
  return exited;
}

export interface HouseOptions {
  readonly parameters?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts a StudyMate on a site and waits until it is announced. It ends when the site is closed. */
export async function startHouse(site: Site, options: HouseOptions = {}): Promise<House> {
  const startedAt = performance.now();
  const launcher = spawn(
    process.execPath,
    ['--max-semi-space-size=2', 'scripts/start.ts', ...(options.parameters ?? [])],
    {
      cwd: root,
      env: { ...site.environment, ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
  site.endLater(launcher);
  await waitUntilAnnounced(launcher);
  const state = JSON.parse(readFileSync(join(site.directory, 'studymate.json'), 'utf8'));
  const { urls, logins } = state as Pick<House, 'urls' | 'logins'>;
  return {
    site,
    launcher,
    urls,
    logins,
    places: { gateway: `${urls.gateway}/graphql`, mail: `${urls.mail}` },
    startSeconds: (performance.now() - startedAt) / 1000,
    pidOf: (name) => Number(readFileSync(join(site.directory, `${name}.pid`), 'utf8')),
    end: (signal) => endProcess(launcher, signal),
  };
}

async function waitUntilAnnounced(launcher: ChildProcess): Promise<void> {
  let said = '';
  const exited = new Promise<number | null>((done) => launcher.once('exit', done));
  let timer: NodeJS.Timeout | undefined;
  const announced = new Promise<'announced'>((done) => {
    const listen = (chunk: Buffer) => {
      said += chunk;
      if (said.includes('StudyMate is up')) done('announced');
    };
    launcher.stdout?.on('data', listen);
    launcher.stderr?.on('data', listen);
  });
  const late = new Promise<'late'>((done) => {
    timer = setTimeout(done, startTimeoutMs, 'late');
  });
  const outcome = await Promise.race([announced, late, exited]);
  clearTimeout(timer);
  if (outcome === 'announced') return;
  await endProcess(launcher, 'SIGTERM');
  throw new Error(`The house did not start (${outcome}):\n${said}`);
}
