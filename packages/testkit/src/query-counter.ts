interface Extendable {
  $extends(extension: object): unknown;
}

/**
 * A client that counts what it asks the database: each model operation and each raw statement is one.
 * Reset `sent.count` before the part that is to be counted.
 */
export function countQueries<Client extends object>(
  client: Client & Extendable,
): { client: Client; sent: { count: number } } {
  const sent = { count: 0 };
  const counted = client.$extends({
    query: {
      $allOperations: ({ args, query }: { args: unknown; query: (args: unknown) => Promise<unknown> }) => {
        sent.count += 1;
        return query(args);
      },
    },
  });
  return { client: counted as Client, sent };
}
