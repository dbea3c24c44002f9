/**
 * Imported first by every prisma.config.ts: points the Prisma CLI at the stand-in engine, so that no command
 * tries to download the native one, and makes the engine's shebang find the Node that runs now.
 */
import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= fileURLToPath(new URL('./schema-engine.ts', import.meta.url));
process.env.PRISMA_HIDE_UPDATE_MESSAGE ??= '1';
process.env.CHECKPOINT_DISABLE ??= '1';
process.env.PATH = [dirname(process.execPath), process.env.PATH].filter(Boolean).join(delimiter);
