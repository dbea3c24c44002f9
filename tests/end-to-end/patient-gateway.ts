import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const folder = resolve(import.meta.dirname, '../../gateway');
const patient = { queryTimeoutMs: 20_000 };

/**
 * Writes StudyMate's gateway configuration with more patience, for tests that are not about time: a machine that also
 * runs the rest of the tests must not look like a subgraph that hangs, or a gateway that is overrun. Answers the
 * file's path.
 */
export function writePatientGateway(directory: string, traffic: object = patient): string {
  const file = JSON.parse(readFileSync(join(folder, 'studymate.json'), 'utf8'));
  const { maxEventLoopDelayMs: _impatience, ...own } = file;
  const config = {
    ...own,
    supergraph: resolve(folder, own.supergraph),
    operations: { ...own.operations, folder: resolve(folder, own.operations.folder) },
    traffic: { ...own.traffic, ...traffic },
    ...(traffic === patient && { risk: { ...own.risk, patienceMs: patient.queryTimeoutMs } }),
  };
  const path = join(directory, 'gateway.json');
  writeFileSync(path, JSON.stringify(config));
  return path;
}
