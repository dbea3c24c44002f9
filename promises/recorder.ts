/** An answer as it went over the wire. */
export interface Recorded {
  readonly asked: string;
  readonly port: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Pages for developers and numbers for operators: neither is served to the world. */
const notPublic = /^\/(sandbox|metrics|v1\/docs)/;
/** Bodies that only end when the client goes. */
const endless = /^(text\/event-stream|multipart\/)/;

export interface Recorder {
  readonly answers: readonly Recorded[];
  /** Takes down what was received by other means than `fetch`. */
  add(answer: Recorded): void;
  /** Answers of servers on these ports are recorded from now on. */
  listenTo(ports: readonly number[]): void;
}

/** Records what `fetch` receives from a house, whoever in this test file calls it. */
export function recordFetch(): Recorder {
  const answers: Recorded[] = [];
  const recordedPorts = new Set<number>();
  const plainFetch = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const response = await plainFetch(input, init);
    const url = new URL(input instanceof Request ? input.url : input);
    const port = Number(url.port);
    const type = response.headers.get('content-type') ?? '';
    if (!recordedPorts.has(port) || notPublic.test(url.pathname) || endless.test(type)) {
      return response;
    }
    const copy = response.clone();
    answers.push({
      asked: `${init?.method ?? 'GET'} ${url}`,
      port,
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await copy.text(),
    });
    return response;
  };
  return {
    answers,
    add: (answer) => answers.push(answer),
    listenTo: (ports) => {
      for (const port of ports) recordedPorts.add(port);
    },
  };
}
