/** Keys of the gateway's cache, and of what was said to have changed, share a hash slot, as Redis Cluster wants it. */
export const cachePrefix = (env: NodeJS.ProcessEnv = process.env): string =>
  `{${env.QUEUE_PREFIX ?? 'studymate'}:cache}`;

/** Nothing is kept in the cache for longer. */
export const maxCachedSeconds = 86_400;

/** Word of a change is kept for longer than anything that could still be in the cache from before it. */
export const changeKeptSeconds = 2 * maxCachedSeconds;

/** Where the last change of a tag is noted: any new text there makes what was kept under the tag worthless. */
export const changeKey = (tag: string, env: NodeJS.ProcessEnv = process.env): string =>
  `${cachePrefix(env)}:changed:${tag}`;

/** On everything in which an entity of the type may appear. */
export const anyOfType = (typename: string): string => typename;

/** On what is kept of one entity; `*` stands for all of its type. */
export const entityTag = (typename: string, key: string): string => `${typename}:${key}`;

/** The tags that a change of one entity touches; of all of a type, without a key. */
export const tagsOfChange = (typename: string, key: string | null): readonly string[] => [
  anyOfType(typename),
  entityTag(typename, key ?? '*'),
];
