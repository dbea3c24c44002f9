import { createHash } from 'node:crypto';
import type { HttpResponse } from '@studymate/runtime';
import { docsStyle } from './docs-style.ts';
import type { OpenApiDocument, OpenApiOperation, OpenApiParameter } from './open-api.ts';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (character) => escapes[character] ?? '');

const code = (value: unknown): string =>
  `<pre><code>${escapeHtml(JSON.stringify(value, null, 2))}</code></pre>`;

const typeOf = (schema: Readonly<Record<string, unknown>>): string => {
  if (typeof schema.$ref === 'string') return schema.$ref.split('/').at(-1) ?? '';
  const { type } = schema;
  return Array.isArray(type) ? type.join(' or ') : typeof type === 'string' ? type : 'any';
};

const parameterRow = ({ name, in: place, required, schema, description }: OpenApiParameter): string =>
  `<tr><td><code>${escapeHtml(name)}</code></td><td>${place}</td><td>${escapeHtml(typeOf(schema))}</td><td>${
    required ? 'required' : 'optional'
  }</td><td>${escapeHtml(typeof description === 'string' ? description : '')}</td></tr>`;

const parameterTable = (parameters: readonly OpenApiParameter[]): string =>
  parameters.length === 0
    ? ''
    : `<h4>Parameters</h4><div class="wide"><table><thead><tr><th>Name</th><th>In</th><th>Type</th><th></th><th></th></tr></thead><tbody>${parameters
        .map(parameterRow)
        .join('')}</tbody></table></div>`;

const successOf = ({ responses }: OpenApiOperation) => {
  const [status, response] = Object.entries(responses).find(([name]) => /^2/.test(name)) ?? [];
  return { status, schema: response?.content?.['application/json']?.schema };
};

function curlOf(method: string, path: string, operation: OpenApiOperation): string {
  const lines = [`curl -X ${method.toUpperCase()} "$API${path}"`, `-H "authorization: Bearer $TOKEN"`];
  if (operation.requestBody) lines.push('-H "content-type: application/json"', "-d '{ … }'");
  return lines.join(' \\\n  ');
}

function operationSection(method: string, path: string, operation: OpenApiOperation): string {
  const body = operation.requestBody?.content['application/json']?.schema;
  const { status, schema } = successOf(operation);
  return `<details id="${escapeHtml(operation.operationId)}"><summary><span class="method ${method}">${method.toUpperCase()}</span>
<code class="path">${escapeHtml(path)}</code><span class="summary">${escapeHtml(operation.summary)}</span></summary>
<div class="operation">${operation.description ? `<p>${escapeHtml(operation.description)}</p>` : ''}
<pre><code>${escapeHtml(curlOf(method, path, operation))}</code></pre>
${parameterTable(operation.parameters)}
${body ? `<h4>Body</h4>${code(body)}` : ''}
${schema ? `<h4>Answer <span class="status">${status}</span></h4>${code(schema)}` : ''}</div></details>`;
}

const tagSection = ({ paths }: OpenApiDocument, tag: string): string => {
  const sections = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { tags }]) => tags.includes(tag))
      .map(([method, operation]) => operationSection(method, path, operation)),
  );
  return `<section><h2 id="tag-${escapeHtml(tag)}">${escapeHtml(tag)}</h2>${sections.join('')}</section>`;
};

const schemaSection = (schemas: OpenApiDocument['components']['schemas']): string =>
  `<section><h2 id="schemas">Schemas</h2>${Object.entries(schemas)
    .map(
      ([name, schema]) =>
        `<details id="schema-${escapeHtml(name)}"><summary><code>${escapeHtml(name)}</code></summary>${code(schema)}</details>`,
    )
    .join('')}</section>`;

/** The reference of one version as a page that loads nothing from anywhere and runs no script. */
export function docsPage(document: OpenApiDocument, title: string, version: string): HttpResponse {
  const tags = document.tags.map(({ name }) => name);
  const links = [...tags.map((tag) => [`tag-${tag}`, tag]), ['schemas', 'Schemas']];
  const body = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} ${escapeHtml(version)}</title><style>${docsStyle}</style></head>
<body><header><h1>${escapeHtml(title)} <span class="version">${escapeHtml(version)}</span></h1>
<p>Send an access token or an API key as <code>Authorization: Bearer …</code>; a key may come as <code>X-API-Key</code>, too.
A key has a quota; <code>RateLimit</code> says what is left of it. Failures are problem documents
(<code>application/problem+json</code>) with a <code>code</code>. GET answers carry an <code>ETag</code>.
Machine-readable: <a href="/${escapeHtml(version)}/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
<nav>${links.map(([id = '', name = '']) => `<a href="#${escapeHtml(id)}">${escapeHtml(name)}</a>`).join('')}</nav></header>
<main>${tags.map((tag) => tagSection(document, tag)).join('')}${schemaSection(document.components.schemas)}</main></body></html>`;
  const style = createHash('sha256').update(docsStyle).digest('base64');
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; frame-ancestors 'none'`,
    },
    body,
  };
}
