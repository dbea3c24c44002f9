/** A question's lines, comments taken out, with escapes protected. */
export interface GiftBlock {
  readonly line: number;
  readonly text: string;
  readonly id: string | null;
  readonly tags: readonly string[];
}

/** Escaped characters stand aside here, out of reach of every search for control characters. */
const firstStandIn = 0xf0000;
const escaped = ['\\', '~', '=', '#', '{', '}', ':', 'n'];
const meanings = escaped.map((character) => (character === 'n' ? '\n' : character));

const protect = (text: string): string =>
  text.replace(/\\([\\~=#{}:n])/g, (_whole, character: string) =>
    String.fromCodePoint(firstStandIn + escaped.indexOf(character)),
  );

/** Puts the escaped characters back, now as what they mean. */
export const restore = (text: string): string =>
  text.replace(
    /[\u{F0000}-\u{F0007}]/gu,
    (standIn) => meanings[(standIn.codePointAt(0) ?? 0) - firstStandIn] ?? '',
  );

/**
 * Cuts a GIFT file into its questions: blank lines part them, except between braces; lines that begin with `//`
 * are comments, in which `[id:…]` and `[tag:…]` speak of the question that follows.
 */
export function splitBlocks(source: string): GiftBlock[] {
  const blocks: GiftBlock[] = [];
  let open = emptyBlock();
  const close = () => {
    if (open.lines.length === 0) return;
    const { line, lines, id, tags } = open;
    blocks.push({ line, text: lines.join('\n'), id, tags });
    open = emptyBlock();
  };

  for (const [index, raw] of source
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    const text = protect(raw);
    if (/^\s*\/\//.test(text)) readComment(text, open);
    else if (text.trim() === '' && !open.isInBraces) close();
    else {
      if (text.startsWith('$CATEGORY:')) close();
      if (open.lines.length === 0) open.line = index + 1;
      open.lines.push(text);
      open.isInBraces = endsInBraces(text, open.isInBraces);
      if (text.startsWith('$CATEGORY:')) close();
    }
  }
  close();
  return blocks;
}

interface OpenBlock {
  line: number;
  lines: string[];
  id: string | null;
  tags: string[];
  isInBraces: boolean;
}

const emptyBlock = (): OpenBlock => ({ line: 0, lines: [], id: null, tags: [], isInBraces: false });

function readComment(text: string, open: OpenBlock): void {
  const [, id] = /\[id:([^\]]+)\]/.exec(text) ?? [];
  open.id = id?.trim() ?? open.id;
  for (const [, tag] of text.matchAll(/\[tag:([^\]]+)\]/g)) open.tags.push(tag?.trim() ?? '');
}

function endsInBraces(text: string, isInBraces: boolean): boolean {
  const last = Math.max(text.lastIndexOf('{'), text.lastIndexOf('}'));
  return last < 0 ? isInBraces : text[last] === '{';
}
