import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { subgraphs } from './subgraphs.ts';

const federation = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@shareable", "@external", "@requires", "@provides", "@authenticated", "@requiresScopes"])`;

/** The same SDL with rules about who may see what. Written in Federation 2, which has them. */
const guarded = (sdl: string): string =>
  `${federation}\n${sdl
    .replaceAll('extend type', 'type')
    .replaceAll('! @external', '!')
    .replace('username: String birthday', 'username: String @shareable birthday')
    .replaceAll('reviews: [Review]', 'reviews: [Review] @authenticated')
    .replace('inStock: Boolean', 'inStock: Boolean @requiresScopes(scopes: [["study:read"]])')}`;

export interface SupergraphOptions {
  readonly urlOf: (subgraph: string) => string;
  /** With access directives, for gateways that enforce them. */
  readonly isGuarded: boolean;
}

/** The composed SDL of the four subgraphs. Throws with composition's own words. */
export function composeShop({ urlOf, isGuarded }: SupergraphOptions): string {
  const result = composeServices(
    subgraphs.map(({ name, sdl }) => ({
      name,
      url: urlOf(name),
      typeDefs: parse(isGuarded ? guarded(sdl) : sdl),
    })),
  );
  if (result.supergraphSdl === undefined) throw new Error(result.errors?.map(String).join('\n'));
  return result.supergraphSdl;
}
