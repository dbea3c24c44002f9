import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { z } from 'zod';

/** What the reader needs of a Korean dictionary. */
export interface KoreanDictionary {
  readonly nouns: ReadonlySet<string>;
  readonly particles: ReadonlySet<string>;
  /** Stems of verbs and adjectives. */
  readonly stems: ReadonlySet<string>;
  readonly endings: ReadonlySet<string>;
  readonly adverbs: ReadonlySet<string>;
}

const words = z.array(z.string());
const file = z.object({
  Noun: words,
  Josa: words,
  Verb: words,
  Adjective: words,
  Adverb: words,
  Conjunction: words,
  Eomi: words,
});

const moreParticles =
  '은 는 이 가 을 를 의 에 에서 에게 으로 로 와 과 도 만 부터 까지 보다 처럼 마다 이나 나 이란 란 에는 에서는 에게는 으로는 로는 에도 에서도 으로도 로도 으로써 로써 으로서 로서 조차 밖에 뿐 에게서 에서의 으로부터 로부터 과의 와의 에의 까지의 만의 이라는 라는 이라고 라고';

/** Loads the 197,497 nouns, the particles and verb stems of `@nlpjs/lang-ko` (MIT). */
export async function loadDictionary(): Promise<KoreanDictionary> {
  const path = createRequire(import.meta.url).resolve('@nlpjs/lang-ko/src/dict.json');
  const { Noun, Josa, Verb, Adjective, Adverb, Conjunction, Eomi } = file.parse(
    JSON.parse(await readFile(path, 'utf8')),
  );
  return {
    nouns: new Set(Noun),
    particles: new Set([
      ...Josa.filter((particle) => particle !== '' && particle !== '한'),
      ...moreParticles.split(' '),
    ]),
    stems: new Set(
      [...Verb, ...Adjective].map((stem) => stem.replace(/다$/, '')).filter((stem) => stem !== ''),
    ),
    endings: new Set(Eomi.filter((ending) => ending !== '')),
    adverbs: new Set([...Adverb, ...Conjunction, '그러나', '제대로', '대부분', '겹겹이', '하나하나', '크게']),
  };
}
