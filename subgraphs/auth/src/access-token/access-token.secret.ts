import { idPrefixes } from '@studymate/contracts';
import type { TokenDeriver } from '../token/derived-token.ts';

/** What every secret begins with, so that people and scanners know one when they see it. */
export const secretPrefix = 'smk_';

const rowIdOf = (id: string): string => id.slice(id.indexOf('_') + 1);

/** The secret of an access token, made again from its id. */
export const secretOf = (tokens: TokenDeriver, id: string): string =>
  `${secretPrefix}${tokens.derive('ACCESS_TOKEN', rowIdOf(id))}`;

/** The id of the access token that a secret belongs to; null when we did not make it. */
export function findTokenId(tokens: TokenDeriver, secret: string): string | null {
  if (!secret.startsWith(secretPrefix)) return null;
  const rowId = tokens.findRowId('ACCESS_TOKEN', secret.slice(secretPrefix.length));
  return rowId === null ? null : `${idPrefixes.AccessToken}_${rowId}`;
}

const shownCharacters = secretPrefix.length + 12;

export const shownPrefixOf = (tokens: TokenDeriver, id: string): string =>
  secretOf(tokens, id).slice(0, shownCharacters);
