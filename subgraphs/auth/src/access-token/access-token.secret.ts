import { idPrefixes } from '@studymate/contracts';
import type { TokenDeriver } from '../token/derived-token.ts';

/** What every secret begins with, so that people and scanners know one when they see it. */
export const secretPrefix = 'smk_';
/** What the id of a partner's program begins with; it is nobody's account. */
export const clientIdPrefix = 'client_';

const rowIdOf = (id: string): string => id.slice(id.indexOf('_') + 1);

/** The secret of an access token, made again from its id. */
export const secretOf = (tokens: TokenDeriver, id: string): string =>
  `${secretPrefix}${tokens.derive('ACCESS_TOKEN', rowIdOf(id))}`;

/** The secret of a partner's program, made again from its id. */
export const secretOfClient = (tokens: TokenDeriver, id: string): string =>
  `${secretPrefix}${tokens.derive('PARTNER_CLIENT', rowIdOf(id))}`;

/** The id of the access token that a secret belongs to; null when we did not make it. */
export function findTokenId(tokens: TokenDeriver, secret: string): string | null {
  if (!secret.startsWith(secretPrefix)) return null;
  const rowId = tokens.findRowId('ACCESS_TOKEN', secret.slice(secretPrefix.length));
  return rowId === null ? null : `${idPrefixes.AccessToken}_${rowId}`;
}

/** The id of the partner's program that a secret belongs to; null when we did not make it. */
export function findClientId(tokens: TokenDeriver, secret: string): string | null {
  if (!secret.startsWith(secretPrefix)) return null;
  const rowId = tokens.findRowId('PARTNER_CLIENT', secret.slice(secretPrefix.length));
  return rowId === null ? null : `${clientIdPrefix}${rowId}`;
}

const shownCharacters = secretPrefix.length + 12;

export const shownPrefixOf = (tokens: TokenDeriver, id: string): string =>
  secretOf(tokens, id).slice(0, shownCharacters);
