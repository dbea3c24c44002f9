import { describe, expect, it } from '@jest/globals';
import { createCircuitBreaker } from './circuit-breaker.ts';

function someCircuit() {
  let at = 0;
  const circuit = createCircuitBreaker({ failures: 3, openMs: 1_000, now: () => new Date(at) });
  const fail = (times: number) => {
    for (let count = 0; count < times; count++) if (circuit.admit()) circuit.failed();
  };
  return { circuit, fail, pass: (ms: number) => (at += ms) };
}

describe('circuit breaker', () => {
  it('opens after failures in a row only', () => {
    const { circuit, fail } = someCircuit();
    fail(2);
    circuit.succeeded();
    fail(2);
    expect(circuit.admit()).toBe(true);
    fail(1);
    expect([circuit.state, circuit.admit()]).toEqual(['open', false]);
  });

  it('lets one request try after a while, and closes when that succeeds', () => {
    const { circuit, fail, pass } = someCircuit();
    fail(3);
    pass(999);
    expect(circuit.admit()).toBe(false);
    pass(1);
    expect([circuit.admit(), circuit.admit(), circuit.state]).toEqual([true, false, 'half-open']);
    circuit.succeeded();
    expect([circuit.state, circuit.admit()]).toEqual(['closed', true]);
  });

  it('opens again at once when the try fails', () => {
    const { circuit, fail, pass } = someCircuit();
    fail(3);
    pass(1_000);
    circuit.admit();
    circuit.failed();
    expect([circuit.state, circuit.admit()]).toEqual(['open', false]);
    pass(1_000);
    expect(circuit.admit()).toBe(true);
  });
});
