import { randomBytes } from 'node:crypto';

/** What a key can be for, after the folders of the storage plan. */
export type ObjectKind =
  | { readonly kind: 'avatar'; readonly ownerId: string; readonly fileName: string }
  | { readonly kind: 'document'; readonly ownerId: string; readonly fileName: string }
  | { readonly kind: 'summary' | 'quiz' | 'deck' | 'export' }
  | { readonly kind: 'image' | 'video'; readonly category: string; readonly fileName: string };

const unguessableBytes = 16;
const longestName = 100;

/** Letters, digits, dots, dashes and underscores of any script; no path, no leading dot, no empty name. */
export function safeFileName(name: string): string {
  const base = name.normalize('NFC').split(/[\\/]/).at(-1) ?? '';
  const safe = base.replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-').replace(/^[.-]+/, '');
  return [...safe].slice(-longestName).join('') || 'file';
}

/** A new key nobody can guess (128 random bits), in the folder of its kind. */
export function newObjectKey(object: ObjectKind): string {
  const token = randomBytes(unguessableBytes).toString('base64url');
  switch (object.kind) {
    case 'avatar':
      return `user-uploads/avatars/${object.ownerId}/${token}/${safeFileName(object.fileName)}`;
    case 'document':
      return `user-uploads/documents/${object.ownerId}/${token}/${safeFileName(object.fileName)}`;
    case 'summary':
      return `ai-generated/summaries/${token}/summary.json`;
    case 'quiz':
      return `ai-generated/quizzes/${token}/quiz.json`;
    case 'deck':
      return `ai-generated/decks/${token}/deck.json`;
    case 'export':
      return `exports/${token}`;
    case 'image':
    case 'video':
      return `static-assets/${object.kind}s/${safeFileName(object.category)}/${token}/${safeFileName(object.fileName)}`;
  }
}
