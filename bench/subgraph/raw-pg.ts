/** The floor: the rows through node-postgres and nothing else. A request asks for many fetches, so that it costs none. */
import { createServer } from 'node:http';
import pg from 'pg';
import { idOf, numbers, rows, subjects } from './skills.ts';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
const text = 'select "id", "code", "title", "ownerId" from "Skill" where "id" = any($1)';

async function fetchMany({ fetches, connections }: { fetches: number; connections: number }): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < fetches) {
      const subject = next++ % subjects;
      const ids = numbers(rows).map((number) => idOf(subject, number));
      const found = await pool.query({ name: 'skills', text, values: [ids] });
      if (found.rowCount !== rows) throw new Error(`${found.rowCount} rows instead of ${rows}.`);
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
}

createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  await fetchMany({ fetches: 0, connections: 1, ...JSON.parse(Buffer.concat(chunks).toString()) });
  response.end('{}');
}).listen(Number(process.env.PORT), '127.0.0.1');
