import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Pool } from 'undici';

/**
 * Not a gateway: the least that Node does with the fetches of one. Each query's fetches and answer are known
 * beforehand; with PARSE the subgraphs' answers are read as JSON and the answer is written from objects.
 */
const { urls, answers } = JSON.parse(readFileSync(process.env.RECORDING, 'utf8'));
const parse = process.env.PARSE === '1';
const targets = new Map(
  Object.entries(urls).map(([name, url]) => {
    const { origin, pathname } = new URL(url);
    return [name, { pool: new Pool(origin, { connections: 64, pipelining: 1 }), path: pathname }];
  }),
);
const known = new Map(
  answers.map(({ query, steps, answer }) => [query, { steps, answer, text: JSON.stringify(answer) }]),
);

async function fetchFrom({ subgraph, body }, authorization) {
  const { pool, path } = targets.get(subgraph);
  const headers = { 'content-type': 'application/json', authorization };
  const response = await pool.request({ method: 'POST', path, headers, body });
  return parse ? response.body.json() : response.body.text();
}

async function answerTo(body, authorization) {
  const found = known.get(JSON.parse(body).query);
  if (!found) return '{}';
  const { steps, answer, text } = found;
  for (const step of steps) await Promise.all(step.map((fetch) => fetchFrom(fetch, authorization)));
  return parse ? JSON.stringify(answer) : text;
}

createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    const text = await answerTo(Buffer.concat(chunks).toString(), request.headers.authorization);
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    });
    response.end(text);
  });
}).listen(Number(process.env.PORT), '127.0.0.1');
