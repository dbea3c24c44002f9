import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { bindMigrationAwareSqlAdapterFactory, type SqlDriverAdapter } from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';
import { migrationAdapters } from './adapter.ts';
import { ensureSchema, parseConnection } from './connection.ts';
import { isObject } from './objects.ts';

const require = createRequire(import.meta.url);

/** The part of the global that is used here; the DOM types that declare it are not part of this workspace. */
declare const WebAssembly: {
  instantiate(
    binary: Uint8Array,
    imports: Record<string, Record<string, unknown>>,
  ): Promise<{ instance: { exports: Record<string, unknown> } }>;
};

type WasmImport = (...values: unknown[]) => unknown;
type EngineModule = typeof import('@prisma/schema-engine-wasm') & { __wbg_set_wasm(exports: unknown): void };

/** An engine bound to one database. `explain` turns what it throws into the error that caused it. */
export interface OpenEngine {
  readonly engine: SchemaEngine;
  explain(error: unknown): unknown;
  close(): Promise<void>;
}

/** The commit of prisma-engines that this build was made of. */
export function engineVersion(): string {
  const manifest = join(
    dirname(require.resolve('@prisma/schema-engine-wasm/schema_engine_bg')),
    'package.json',
  );
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  return version.split('.').at(-1) ?? version;
}

/** The engine leaves its 10 s advisory-lock timer running: it must not hold the process. */
function releaseTimers(imports: Record<string, unknown>): void {
  for (const [name, original] of Object.entries(imports)) {
    if (!name.startsWith('__wbg_setTimeout_') || typeof original !== 'function') continue;
    const setTimer = original as WasmImport;
    imports[name] = (...values: unknown[]) => {
      const timer = setTimer(...values);
      if (isObject(timer) && 'unref' in timer && typeof timer.unref === 'function') timer.unref();
      return timer;
    };
  }
}

async function loadEngine(): Promise<typeof SchemaEngine> {
  const entry = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const module = (await import(entry)) as EngineModule;
  const imports: Record<string, unknown> = { ...module };
  releaseTimers(imports);
  const binary = readFileSync(join(dirname(entry), 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(binary, {
    './schema_engine_bg.js': imports,
  });
  module.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as WasmImport)();
  return module.SchemaEngine;
}

let loading: Promise<typeof SchemaEngine> | undefined;

/** Opens the schema engine on a database. `datamodels` are [path, content] pairs, as its CLI takes them. */
export async function openEngine(url: string, datamodels?: [string, string][]): Promise<OpenEngine> {
  const target = parseConnection(url);
  await ensureSchema(target, target.url);
  const opened: SqlDriverAdapter[] = [];
  const adapters = bindMigrationAwareSqlAdapterFactory(migrationAdapters(target, opened));
  loading ??= loadEngine();
  const Engine = await loading;
  const engine = await Engine.new({ datamodels }, () => undefined, adapters);
  return {
    engine,
    explain: (error) => {
      const id = isObject(error) && 'id' in error && typeof error.id === 'number' ? error.id : undefined;
      return (id === undefined ? undefined : adapters.errorRegistry.consumeError(id)?.error) ?? error;
    },
    close: async () => {
      engine.free();
      await Promise.allSettled(opened.map((connection) => connection.dispose()));
    },
  };
}
