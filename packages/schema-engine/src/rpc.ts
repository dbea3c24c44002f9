import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type {
  DiffResult,
  MigrationList,
  SchemaEngine,
  SchemaFilter,
  SchemasContainer,
} from '@prisma/schema-engine-wasm';
import { createDatabase } from './connection.ts';
import { type OpenEngine, openEngine } from './engine.ts';
import type { EngineArguments } from './engine-arguments.ts';
import { migrationName, scriptOf } from './migrate.ts';
import { isObject } from './objects.ts';
import { userFacing } from './user-facing.ts';

interface Call {
  readonly id: number;
  readonly method?: string;
  readonly params: unknown;
}
interface PlanParameters {
  readonly migrationsList: MigrationList;
  readonly schema: SchemasContainer;
  readonly filters: SchemaFilter;
  readonly migrationName?: string;
}

const serverError = 4466;
const noDatabase = 'postgresql://127.0.0.1:1/none';
const lossyStatement = /^(?:DROP (?:TABLE|TYPE|SCHEMA)\b.*|.*\bDROP COLUMN\b.*|.*\bSET DATA TYPE\b.*)$/gm;

/**
 * Speaks the engine's JSON-RPC over stdin and stdout until stdin ends. Calls are answered one after another, as
 * the native engine does.
 */
export function serve(options: EngineArguments): void {
  const state: ServerState = { current: undefined, prints: 0, opened: undefined };
  answerForPanics(state);
  let queue = Promise.resolve();
  createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })
    .on('line', (line) => {
      const call = JSON.parse(line) as Call;
      if (call.method) queue = queue.then(() => answer(call, options, state));
    })
    .on('close', () => {
      void queue.finally(async () => {
        const opened = await state.opened?.catch(() => undefined);
        await opened?.close();
        process.exit(0);
      });
    });
}

interface ServerState {
  current: number | undefined;
  prints: number;
  opened: Promise<OpenEngine> | undefined;
}

const send = (message: object) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);

/** A wasm panic never settles its promise, and the CLI would exit 0 in silence: answer for it, then go. */
function answerForPanics(state: ServerState): void {
  let panic = '';
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: {
      set_message: (message: string) => {
        panic = message;
      },
    },
  });
  process.on('uncaughtException', (error) => {
    const message = `The wasm schema engine cannot do this: ${panic || error.message}`;
    if (state.current !== undefined) {
      send({ id: state.current, error: { code: serverError, message, data: { is_panic: false, message } } });
    }
    setTimeout(() => process.exit(1), 50);
  });
}

function open(options: EngineArguments, state: ServerState): Promise<OpenEngine> {
  const datamodels = options.datamodels.map((path): [string, string] => [path, readFileSync(path, 'utf8')]);
  state.opened ??= openEngine(options.url ?? noDatabase, datamodels.length > 0 ? datamodels : undefined);
  return state.opened;
}

async function answer(call: Call, options: EngineArguments, state: ServerState): Promise<void> {
  state.current = call.id;
  try {
    send({ id: call.id, result: (await run(call, options, state)) ?? null });
  } catch (thrown) {
    const opened = await state.opened?.catch(() => undefined);
    const error = opened ? opened.explain(thrown) : thrown;
    const { message, error_code } = userFacing(error, options.url);
    const meta = isObject(error) && 'meta' in error ? error.meta : null;
    send({
      id: call.id,
      error: { code: serverError, message, data: { is_panic: false, message, error_code, meta } },
    });
  }
  state.current = undefined;
}

async function run({ method, params }: Call, options: EngineArguments, state: ServerState): Promise<unknown> {
  if (method === 'createDatabase') return { databaseName: await createDatabase(options.url ?? noDatabase) };
  const { engine } = await open(options, state);
  if (method === 'evaluateDataLoss') return evaluateDataLoss(engine, params as PlanParameters);
  if (method === 'createMigration') return createMigration(engine, params as PlanParameters);

  // The method names are the engine's own, so the table of methods is the engine itself.
  const methods = engine as unknown as Record<string, (params: unknown) => Promise<unknown>>;
  const result = await methods[method === 'getDatabaseVersion' ? 'version' : (method ?? '')]?.call(
    engine,
    params,
  );
  return method === 'diff' ? printed(result as DiffResult, state) : result;
}

function printed(result: DiffResult, state: ServerState): DiffResult {
  if (result.stdout)
    send({ id: `print-${++state.prints}`, method: 'print', params: { content: result.stdout } });
  return { ...result, stdout: null };
}

/**
 * The wasm createMigration and evaluateDataLoss forget preview features (partialIndexes) when they read the history
 * back, and work only after devDiagnostic filled their cache; diff has neither fault.
 */
async function plan(engine: SchemaEngine, parameters: PlanParameters): Promise<string | null> {
  const { migrationsList, schema, filters } = parameters;
  migrationsList.lockfile.content ??= 'provider = "postgresql"\n';
  const { stdout } = await engine.diff({
    from: { tag: 'migrations', ...migrationsList },
    to: { tag: 'schemaDatamodel', ...schema },
    script: true,
    exitCode: null,
    filters,
  });
  return scriptOf(stdout);
}

async function evaluateDataLoss(engine: SchemaEngine, parameters: PlanParameters) {
  const script = await plan(engine, parameters);
  const warnings = [...(script ?? '').matchAll(lossyStatement)].map(([statement], stepIndex) => ({
    message: `Possible data loss: ${statement.trim()}`,
    stepIndex,
  }));
  return { migrationSteps: script === null ? 0 : 1, warnings, unexecutableSteps: [] };
}

async function createMigration(engine: SchemaEngine, parameters: PlanParameters) {
  return {
    connectorType: 'postgresql',
    generatedMigrationName: migrationName(parameters.migrationName ?? '', new Date()),
    extension: 'sql',
    migrationScript: await plan(engine, parameters),
  };
}
