import { expect, it } from '@jest/globals';
import { createCircuitBreaker } from './circuit-breaker.ts';
import { probeUntilClosed } from './circuit-probe.ts';

function someOpenCircuit() {
  const circuit = createCircuitBreaker({ failures: 1, openMs: 3_600_000, now: () => new Date(0) });
  circuit.admit();
  circuit.failed();
  return circuit;
}

it('closes the circuit with the first answer, long before its time is over', async () => {
  const circuit = someOpenCircuit();
  let asked = 0;
  await probeUntilClosed({
    circuit,
    ask: async () => {
      asked += 1;
      if (asked < 3) throw new Error('not yet');
    },
    isWanted: () => true,
    everyMs: 5,
  });
  expect([asked, circuit.state, circuit.admit()]).toEqual([3, 'closed', true]);
});

it('stops when the circuit has closed otherwise, or nobody asks the service any more', async () => {
  const circuit = someOpenCircuit();
  let asked = 0;
  const ask = async () => {
    asked += 1;
    throw new Error('never');
  };
  let isWanted = true;
  const abandoned = probeUntilClosed({ circuit, ask, isWanted: () => isWanted, everyMs: 5 });
  isWanted = false;
  await abandoned;
  const overtaken = probeUntilClosed({ circuit, ask, isWanted: () => true, everyMs: 5 });
  circuit.succeeded();
  await overtaken;
  expect(asked).toBe(0);
});
