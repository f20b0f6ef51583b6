// Pure: things that have a place in a list, kept as numbers with room between them.

export interface Placed {
  id: string;
  order: number;
}

const STEP = 10;

export function inOrder<T extends Placed>(items: readonly T[]): T[] {
  return [...items].sort((a, b) => a.order - b.order);
}

/** The places that change when the item at `index` goes up by one: only those are told to the server. */
export function lifted(items: readonly Placed[], index: number): Placed[] {
  const next = [...items];
  next.splice(index - 1, 0, ...next.splice(index, 1));
  return next.flatMap(({ id, order }, place) => (order === (place + 1) * STEP ? [] : { id, order: (place + 1) * STEP }));
}

/** The place after all others, also after those that were never ordered. */
export function lastPlace(items: readonly Placed[]): number {
  return Math.max(items.length, 0, ...items.map(({ order }) => Math.ceil(order / STEP))) * STEP + STEP;
}
