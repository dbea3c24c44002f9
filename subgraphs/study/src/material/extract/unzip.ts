import { strFromU8, unzipSync } from 'fflate';
import { UnreadableFileError } from './unreadable-file.ts';

const maxFiles = 5_000;
const maxUnpackedBytes = 100 * 1024 * 1024;

/**
 * The files of an archive whose names `wanted` accepts. Refuses archives of too many files or too many bytes by what
 * their directory says, and unpacks no file beyond the size it says.
 */
export function unpackArchive(body: Uint8Array, wanted: (name: string) => boolean): Map<string, Uint8Array> {
  let files = 0;
  let bytes = 0;
  try {
    const unpacked = unzipSync(body, {
      filter: ({ name, originalSize }) => {
        files += 1;
        if (files > maxFiles) throw new UnreadableFileError('The file holds too many parts.');
        if (!wanted(name)) return false;
        bytes += originalSize;
        if (bytes > maxUnpackedBytes) throw new UnreadableFileError('The file unpacks to too much.');
        return true;
      },
    });
    return new Map(Object.entries(unpacked));
  } catch (error) {
    if (error instanceof UnreadableFileError) throw error;
    throw new UnreadableFileError('The file is damaged or not of its kind.');
  }
}

/** The same as UTF-8 text. */
export const readArchive = (body: Uint8Array, wanted: (name: string) => boolean): Map<string, string> =>
  new Map([...unpackArchive(body, wanted)].map(([name, content]) => [name, strFromU8(content)]));
