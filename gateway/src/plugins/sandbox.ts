import type { HttpResponse } from '@studymate/runtime';

const script =
  'https://embeddable-sandbox.cdn.apollographql.com/_latest/embeddable-sandbox.umd.production.min.js';

/** Apollo Sandbox where its script can be loaded; the local explorer where it cannot, or takes more than 3 s. */
const sandboxHtml = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sandbox</title>
<style>html,body,#sandbox{margin:0;height:100%;font-family:system-ui,sans-serif}#wait{padding:2rem;color:#555}</style>
</head>
<body>
<div id="sandbox"><p id="wait">Loading Apollo Sandbox… <a href="/sandbox/explorer">Use the local explorer instead</a></p></div>
<script>
const local = () => location.replace('/sandbox/explorer' + location.search);
const timer = setTimeout(local, 3000);
const script = document.createElement('script');
script.src = ${JSON.stringify(script)};
script.onerror = local;
script.onload = () => {
  clearTimeout(timer);
  document.getElementById('wait').remove();
  new window.EmbeddedSandbox({ target: '#sandbox', initialEndpoint: location.origin + '/graphql' });
};
document.head.append(script);
</script>
</body>
</html>
`;

const welcome = `# An access token goes into the Headers pane: { "Authorization": "Bearer …" }
{
  __typename
}
`;

const html = (body: string): HttpResponse => ({
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8', 'x-frame-options': 'DENY' },
  body,
});

let explorer: Buffer | undefined;

export const sandboxPage = (): HttpResponse => html(sandboxHtml);

/** GraphiQL as one page that needs no network. It weighs 9 MB, and is loaded when first asked for. */
export async function explorerPage(): Promise<HttpResponse> {
  if (!explorer) {
    const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
    const page = renderGraphiQL({ endpoint: '/graphql', title: 'Explorer', defaultQuery: welcome });
    explorer = Buffer.from(page);
  }
  return { ...html(''), body: explorer };
}
