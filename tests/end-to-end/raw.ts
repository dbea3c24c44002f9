export interface RawAnswer {
  readonly status: number;
  /** The body as it came, but for the id of the request. */
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly { readonly extensions?: { readonly code?: string } }[];
}

export interface RawQuestion {
  readonly token: string | null;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly at?: Date;
}

/** Posts a GraphQL request as curl would and answers what came, byte for byte. */
export async function postGraphql(url: string, question: RawQuestion): Promise<RawAnswer> {
  const { token, query, variables, at } = question;
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(at && { 'x-test-clock': at.toISOString() }),
    },
    body: JSON.stringify({ query, variables }),
  });
  const body = await response.text();
  const text = body.replace(/"requestId":"[^"]*"/g, '"requestId":""');
  const { data = null, errors = [] } = JSON.parse(body) as Partial<RawAnswer>;
  return { status: response.status, text, data, errors };
}
