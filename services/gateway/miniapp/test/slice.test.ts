import { describe, expect, it } from 'vitest';
import { sliceFromEnd, sliceOf } from '../src/ui/slice';

const even = (count: number): number[] => Array.from({ length: count }, () => 10);

describe('the rows that are seen', () => {
  it('are those that touch the view, and the others keep their room', () => {
    expect(sliceOf(even(100), 95, 125)).toEqual({ first: 9, end: 13, before: 90, after: 870 });
    expect(sliceOf([10, 200, 10, 10], 15, 30)).toEqual({ first: 1, end: 2, before: 10, after: 20 });
  });

  it('are few, however many there are', () => {
    const { first, end, before, after } = sliceOf(even(5_000), 25_000, 25_800);
    expect(end - first).toBeLessThan(90);
    expect(before + after + (end - first) * 10).toBe(50_000);
  });

  it('are at least one, also beyond the end or before the beginning', () => {
    expect(sliceOf(even(3), 500, 600)).toEqual({ first: 2, end: 3, before: 20, after: 0 });
    expect(sliceOf(even(3), -600, -500)).toEqual({ first: 0, end: 1, before: 0, after: 20 });
    expect(sliceOf([], 0, 100)).toEqual({ first: 0, end: 0, before: 0, after: 0 });
  });

  it('are counted from the end where the end is the fixed point', () => {
    expect(sliceFromEnd([10, 20, 30, 40], 0, 50)).toEqual({ first: 2, end: 4, before: 30, after: 0 });
    expect(sliceFromEnd([10, 20, 30, 40], 75, 80)).toEqual({ first: 1, end: 2, before: 10, after: 70 });
  });
});
