/** The usual subgraph: Apollo Server as it comes, one batched `findMany`; it trusts whoever calls it. */
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { connectStudy, type Skill } from '@studymate/database/study';
import DataLoader from 'dataloader';
import { parse } from 'graphql';

const database = connectStudy(process.env.DATABASE_URL ?? '');

interface Context {
  readonly skills: DataLoader<string, Skill | null>;
}

const schema = buildSubgraphSchema({
  typeDefs: parse(`extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    type Query { skill(id: ID!): Skill }
    type Skill @key(fields: "id") { id: ID! code: String! title: String! }`),
  resolvers: {
    Skill: { __resolveReference: ({ id }: { id: string }, { skills }: Context) => skills.load(id) },
  } as never,
});

const server = new ApolloServer<Context>({ schema });
await startStandaloneServer(server, {
  listen: { port: Number(process.env.PORT), host: '127.0.0.1' },
  context: async () => ({
    skills: new DataLoader<string, Skill | null>(async (ids) => {
      const found = await database.skill.findMany({ where: { id: { in: [...ids] } } });
      const byId = new Map(found.map((skill) => [skill.id, skill]));
      return ids.map((id) => byId.get(id) ?? null);
    }),
  }),
});
