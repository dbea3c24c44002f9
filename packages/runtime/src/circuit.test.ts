import { afterEach, describe, expect, it } from '@jest/globals';
import { type Circuit, type CircuitOptions, createCircuit, Unreachable } from './circuit.ts';
import { registry } from './metrics.ts';

let open: Circuit[] = [];
afterEach(() => {
  for (const circuit of open) circuit.stop();
  open = [];
});

class Refusal extends Error {}

function someCircuit(options: Partial<CircuitOptions> = {}): Circuit {
  const isRefusal = (error: unknown) => error instanceof Refusal;
  const circuit = createCircuit({ name: 'The store', isRefusal, ...options });
  open.push(circuit);
  return circuit;
}

const failing = (error: Error) => async () => {
  throw error;
};

/** Calls so often, one after the other, and answers what each call threw. */
async function failTimes(circuit: Circuit, times: number, error = new Error('broken')): Promise<unknown[]> {
  const thrown: unknown[] = [];
  for (let time = 0; time < times; time++)
    await circuit.run(failing(error)).catch((reason: unknown) => thrown.push(reason));
  return thrown;
}

describe('a circuit', () => {
  it('hands on what is answered and what is thrown', async () => {
    const circuit = someCircuit();
    const broken = new Error('broken');
    expect(await circuit.run(async () => 7)).toBe(7);
    expect(await circuit.run(async () => undefined)).toBeUndefined();
    await expect(circuit.run(failing(broken))).rejects.toBe(broken);
  });

  it('leaves the server alone after five failures', async () => {
    const circuit = someCircuit();
    await failTimes(circuit, 5);
    let calls = 0;
    const call = async () => ++calls;
    await expect(circuit.run(call)).rejects.toThrow(Unreachable);
    await expect(circuit.run(call)).rejects.toThrow('The store cannot be reached');
    expect(calls).toBe(0);
  });

  it('goes on once a probe succeeds', async () => {
    const circuit = someCircuit({ resetMs: 20 });
    await failTimes(circuit, 5);
    let answer: unknown;
    for (const deadline = Date.now() + 5_000; answer !== 'well' && Date.now() < deadline; ) {
      answer = await circuit.run(async () => 'well').catch(() => null);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(answer).toBe('well');
    expect(await circuit.run(async () => 'well')).toBe('well');
  });

  it('tells on the page of metrics that it is open', async () => {
    const circuit = someCircuit();
    const told = async () => /^circuit_open\{server="([^"]+)"\} (\d)$/m.exec(await registry.metrics())?.[2];
    expect(await told()).toBe('0');
    await failTimes(circuit, 20, new Error('down'));
    expect(await told()).toBe('1');
  });

  it('does not take refusals for bad health', async () => {
    const circuit = someCircuit();
    await failTimes(circuit, 20, new Refusal('no such thing'));
    expect(await circuit.run(async () => 'well')).toBe('well');
  });

  it('does not wait for what hangs', async () => {
    const hung = () => new Promise<never>(() => undefined);
    await expect(someCircuit({ timeoutMs: 20 }).run(hung)).rejects.toThrow(Unreachable);
  });

  it('has only so many calls under way', async () => {
    const circuit = someCircuit({ atOnce: 2 });
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const underWay = [circuit.run(() => held), circuit.run(() => held)];
    await expect(circuit.run(async () => 'one too many')).rejects.toThrow(Unreachable);
    release();
    await Promise.all(underWay);
    expect(await circuit.run(async () => 'well')).toBe('well');
  });
});
