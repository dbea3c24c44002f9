import { createHash } from 'node:crypto';

const wordsPerBlock = 8;
const wordRange = 2 ** 32;

/**
 * The items in an order that is a function of the seed alone: Fisher–Yates (Durstenfeld, CACM 7:7, 1964)
 * on numbers drawn from SHA-256 in counter mode, without modulo bias. The same seed and items give the
 * same order on every machine and in every version of the runtime.
 */
export function shuffle<T>(items: readonly T[], seed: string): T[] {
  const shuffled = [...items];
  const draw = numbersFrom(seed);
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = draw(last + 1);
    const moved = shuffled.splice(other, 1);
    shuffled.splice(last, 0, ...moved);
  }
  return shuffled;
}

/** Draws whole numbers that follow from the seed in [0, limit), each equally likely, by rejecting the uneven rest of the range. */
export function numbersFrom(seed: string): (limit: number) => number {
  const nextWord = wordsFrom(seed);
  return (limit) => {
    const even = wordRange - (wordRange % limit);
    let word = nextWord();
    while (word >= even) word = nextWord();
    return word % limit;
  };
}

function wordsFrom(seed: string): () => number {
  let drawn = 0;
  let block = Buffer.alloc(0);
  return () => {
    const place = drawn % wordsPerBlock;
    if (place === 0)
      block = createHash('sha256')
        .update(`${seed}:${drawn / wordsPerBlock}`)
        .digest();
    drawn += 1;
    return block.readUInt32BE(place * 4);
  };
}
