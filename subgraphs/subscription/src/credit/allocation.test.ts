import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allocate, splitHolds } from './allocation.ts';

const grant = (id: string, remaining: number, day: number) => ({
  id,
  remaining,
  expiresAt: new Date(Date.UTC(2027, 0, day)),
});

describe('allocation', () => {
  it('spends what expires soonest first', () => {
    const grants = [grant('late', 50, 20), grant('soon', 3, 5), grant('middle', 4, 10)];
    expect(allocate(grants, 5)).toEqual([
      { grantId: 'soon', amount: 3 },
      { grantId: 'middle', amount: 2 },
    ]);
  });

  it('takes nothing when there is not enough', () => {
    expect(allocate([grant('a', 4, 1)], 5)).toBeNull();
    expect(allocate([], 1)).toBeNull();
  });

  it('breaks a tie by id, whatever the order of the rows', () => {
    const grants = [grant('b', 2, 1), grant('a', 2, 1)];
    expect(allocate(grants, 2)).toEqual([{ grantId: 'a', amount: 2 }]);
  });

  it('captures from the first holds and gives the rest back', () => {
    const holds = [
      { grantId: 'soon', amount: 3 },
      { grantId: 'middle', amount: 4 },
    ];
    expect(splitHolds(holds, 5)).toEqual([
      { grantId: 'soon', amount: 3, captured: 3, released: 0 },
      { grantId: 'middle', amount: 4, captured: 2, released: 2 },
    ]);
  });

  it('never loses or makes a credit', () => {
    const amounts = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 8 });
    fc.assert(
      fc.property(amounts, fc.nat(200), fc.nat(200), (remaining, amount, spent) => {
        const shares = allocate(
          remaining.map((left, index) => grant(`g${index}`, left, (index * 7) % 28)),
          amount,
        );
        const total = remaining.reduce((sum, left) => sum + left, 0);
        if (shares === null) return expect(total).toBeLessThan(amount);
        expect(shares.reduce((sum, share) => sum + share.amount, 0)).toBe(amount);
        const settled = splitHolds(shares, Math.min(spent, amount));
        expect(settled.reduce((sum, share) => sum + share.captured, 0)).toBe(Math.min(spent, amount));
        expect(settled.every((share) => share.captured + share.released === share.amount)).toBe(true);
      }),
    );
  });
});
