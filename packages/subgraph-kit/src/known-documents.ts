import type { DocumentNode } from 'graphql';

const maxKnown = 500;
/** Longer texts are rare, and remembering them could fill the memory. */
const maxLength = 20_000;

/** Valid documents by their text, so that each is parsed and validated once; those not asked for lately make room. */
export interface KnownDocuments {
  find(text: string): DocumentNode | null;
  remember(text: string, document: DocumentNode): void;
}

export function createKnownDocuments(): KnownDocuments {
  const known = new Map<string, DocumentNode>();
  return {
    find(text) {
      const document = known.get(text);
      if (!document) return null;
      known.delete(text);
      known.set(text, document);
      return document;
    },
    remember(text, document) {
      if (text.length > maxLength) return;
      known.set(text, document);
      const [oldest] = known.keys();
      if (known.size > maxKnown && oldest !== undefined) known.delete(oldest);
    },
  };
}
