/** A grant as far as spending is concerned. */
export interface Spendable {
  readonly id: string;
  readonly remaining: number;
  readonly expiresAt: Date;
}

export interface Share {
  readonly grantId: string;
  readonly amount: number;
}

/** Takes `amount` from the grants that expire soonest (ties by id); null when they do not hold so much. */
export function allocate(grants: readonly Spendable[], amount: number): Share[] | null {
  const soonestFirst = grants.toSorted(
    (a, b) => a.expiresAt.getTime() - b.expiresAt.getTime() || (a.id < b.id ? -1 : 1),
  );
  const shares: Share[] = [];
  let missing = amount;
  for (const { id, remaining } of soonestFirst) {
    const taken = Math.min(remaining, missing);
    if (taken > 0) shares.push({ grantId: id, amount: taken });
    missing -= taken;
  }
  return missing > 0 ? null : shares;
}

export interface SettledShare extends Share {
  readonly captured: number;
  readonly released: number;
}

/** Splits what was held (in the order of the holds) into what was spent and what goes back. */
export function splitHolds(holds: readonly Share[], captured: number): SettledShare[] {
  let left = captured;
  return holds.map((hold) => {
    const spent = Math.min(hold.amount, left);
    left -= spent;
    return { ...hold, captured: spent, released: hold.amount - spent };
  });
}
