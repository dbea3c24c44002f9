import { type DocumentNode, parse, print } from 'graphql';

/**
 * A text that equals another's exactly when both say the same: white space, commas, comments and the order of
 * definitions aside. Null when the source does not parse or has too many tokens.
 */
export function canonicalText(source: string, maxTokens?: number): string | null {
  let document: DocumentNode;
  try {
    document = parse(source, { noLocation: true, ...(maxTokens === undefined ? {} : { maxTokens }) });
  } catch {
    return null;
  }
  return document.definitions
    .map((definition) => print(definition))
    .toSorted()
    .join('\n\n');
}
