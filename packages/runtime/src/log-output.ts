import { parse } from 'node:path';
import { type DestinationStream, destination } from 'pino';
import roll from 'pino-roll';

const standardOutput = 1;
const largestFile = '10m';
/** The one that is written, and five older ones. */
const keptFiles = 6;

/** `logs/app.log` is written as `logs/app.1.log`, `logs/app.2.log` and so on: 10 MB each, the last six are kept. */
export function openRollingFile(path: string): Promise<DestinationStream> {
  const { dir, name, ext } = parse(path);
  return roll({
    file: dir === '' ? name : `${dir}/${name}`,
    extension: ext || '.log',
    size: largestFile,
    limit: { count: keptFiles, removeOtherLogFiles: true },
    mkdir: true,
    sync: true,
  });
}

const file = process.env.LOG_FILE ? await openRollingFile(process.env.LOG_FILE) : null;

/** Standard output, and the rolling file that LOG_FILE names. */
export function openOutput(): DestinationStream {
  const output = destination({ dest: standardOutput, sync: true });
  if (!file) return output;
  return {
    write: (lines) => {
      output.write(lines);
      file.write(lines);
    },
  };
}

const gatheredCharacters = 8_192;
const gatheredMs = 100;

/** The output, written some lines at a time: a write for each costs more than all else about a line. */
export function openGatheredOutput(): DestinationStream {
  const output = openOutput();
  let gathered = '';
  let isWaiting = false;
  const flush = () => {
    const lines = gathered;
    gathered = '';
    if (lines !== '') output.write(lines);
  };
  process.once('exit', flush);
  return {
    write: (line) => {
      gathered += line;
      if (gathered.length >= gatheredCharacters) flush();
      if (isWaiting) return;
      isWaiting = true;
      setTimeout(() => {
        isWaiting = false;
        flush();
      }, gatheredMs).unref();
    },
  };
}
