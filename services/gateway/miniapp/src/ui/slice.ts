// Pure: of thousands of rows, those that are seen.

export interface Slice {
  /** The first row to draw, and the one after the last. */
  first: number;
  end: number;
  /** Room, in pixels, for the rows that are not drawn. */
  before: number;
  after: number;
}

/** The rows that touch `from`…`to`, in pixels from where the first one begins. */
export function sliceOf(sizes: readonly number[], from: number, to: number): Slice {
  let at = 0;
  let first = 0;
  while (first < sizes.length - 1 && at + (sizes[first] ?? 0) <= from) at += sizes[first++] ?? 0;
  const before = at;
  let end = first;
  while (end < sizes.length && (at < to || end === first)) at += sizes[end++] ?? 0;
  let after = 0;
  for (let index = end; index < sizes.length; index++) after += sizes[index] ?? 0;
  return { first, end, before, after };
}

/** The same for a list that is measured from its end: the newest at the bottom, and the bottom the fixed point. */
export function sliceFromEnd(sizes: readonly number[], from: number, to: number): Slice {
  const { first, end, before, after } = sliceOf([...sizes].reverse(), from, to);
  return { first: sizes.length - end, end: sizes.length - first, before: after, after: before };
}
