import { indexCodePoints } from './code-points.ts';
import { splitBlocks } from './markdown-blocks.ts';
import { readable } from './readable.ts';
import { splitSentences } from './sentence-split.ts';

/** A sentence of a material. `start` and `end` are code points into the material, `end` exclusive. */
export interface Sentence {
  readonly index: number;
  /** As a reader sees it: one line, without Markdown marks. */
  readonly text: string;
  /** The material between `start` and `end`, exactly. */
  readonly quote: string;
  readonly start: number;
  readonly end: number;
  readonly section: number;
  readonly paragraph: number;
  /** 0 for the first sentence of its paragraph. */
  readonly position: number;
}

export interface Section {
  /** The heading, without Markdown marks; null for text before the first heading. */
  readonly title: string | null;
  /** 1–6 as in Markdown; 0 for text before the first heading. */
  readonly level: number;
}

/** A material cut into sections and sentences. Code, tables and bare headings are no sentences. */
export interface StudyText {
  readonly sections: readonly Section[];
  readonly sentences: readonly Sentence[];
}

/** Cuts a Markdown or plain text into sentences with exact code-point offsets. */
export function parseStudyText(text: string, language: string): StudyText {
  const points = indexCodePoints(text);
  const sections: Section[] = [{ title: null, level: 0 }];
  const sentences: Sentence[] = [];
  let paragraph = 0;

  for (const block of splitBlocks(text)) {
    if (block.kind === 'heading') {
      sections.push({ title: block.title, level: block.level });
      continue;
    }
    let position = 0;
    for (const [start, end] of splitSentences(text, block.start, block.end, language)) {
      const quote = text.slice(start, end);
      sentences.push({
        index: sentences.length,
        text: readable(quote),
        quote,
        start: points.toCodePoint(start),
        end: points.toCodePoint(end),
        section: sections.length - 1,
        paragraph,
        position,
      });
      position += 1;
    }
    paragraph += 1;
  }
  return { sections, sentences };
}
