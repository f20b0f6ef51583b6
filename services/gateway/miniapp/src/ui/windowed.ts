// Draws only the rows of a long list that are seen, and a screen more on each side. Rows are as high as they are: each is
// measured when it is drawn, the others are taken for average, and what is being read stays where it is whatever is learnt.
import type { RefObject } from 'preact';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { sliceFromEnd, sliceOf, type Slice } from './slice';

export interface Windowed extends Slice {
  /** Call it when the box is scrolled. */
  onScroll: () => void;
  /** The row at the upper edge of what is seen. */
  top: () => string | undefined;
  /** The row at the lower edge of it. */
  bottom: () => string | undefined;
  /** Bring a row into sight, drawn or not: its upper edge to that part of the view's height. */
  seek: (key: string, part: number) => void;
  /** What is sought is not where it shall be yet. */
  isSeeking: () => boolean;
}

interface Parts {
  /** What scrolls. */
  box: RefObject<HTMLElement | null>;
  /** Holds the rows, one element each, and nothing else; wears the rest's room as padding. */
  holder: RefObject<HTMLElement | null>;
  keys: readonly string[];
  /** How high a row is, in pixels, as long as none was measured. */
  guess: number;
  /** The box is turned round (`column-reverse`): the end is the fixed point. */
  isTurned?: boolean;
}

/** The view moves in steps, so that not every pixel of a scroll draws anew. */
const STEP_PX = 240;
/** At the very edge the newest is wanted in sight, not what was there before. */
const EDGE_PX = 48;
/** So much of a row may still be below the edge. */
const SEEN_PX = 24;

export function useWindowed({ box, holder, keys, guess, isTurned = false }: Parts): Windowed {
  const sizes = useRef(new Map<string, number>());
  const width = useRef(0);
  /** What is read: how far it is from the fixed point, and how much of that are other rows. */
  const anchor = useRef<{ key: string; at: number; beyond: number } | null>(null);
  const sought = useRef<{ key: string; part: number } | null>(null);
  const [, redraw] = useState(0);
  const drawn = useRef<Slice>({ first: 0, end: 0, before: 0, after: 0 });

  /** How high every row is, as far as is known. */
  const heights = (): number[] => {
    const known = sizes.current;
    const average = known.size === 0 ? guess : [...known.values()].reduce((sum, size) => sum + size, 0) / known.size;
    return keys.map((key) => known.get(key) ?? average);
  };

  /** How high the rows between the fixed point and one of them are, as far as is known. */
  const beyond = (all: readonly number[], index: number): number =>
    all.reduce((sum, size, at) => ((isTurned ? at > index : at < index) ? sum + size : sum), 0);

  /** So much farther from the fixed point is what is read since it was held: rows have come between, or are higher than they were taken for. */
  const shift = (all: readonly number[]): number => {
    const { current: held } = anchor;
    const index = held === null || Math.abs(box.current?.scrollTop ?? 0) < EDGE_PX ? -1 : keys.indexOf(held.key);
    return held === null || index < 0 ? 0 : beyond(all, index) - held.beyond;
  };

  const compute = (): Slice => {
    const all = heights();
    const height = box.current?.clientHeight ?? innerHeight;
    const near = Math.floor((offset(box.current, holder.current, isTurned) + shift(all)) / STEP_PX) * STEP_PX;
    return (isTurned ? sliceFromEnd : sliceOf)(all, near - height, near + STEP_PX + 2 * height);
  };
  const now = compute();
  drawn.current = now;

  const rowAt = (index: number): HTMLElement | undefined => holder.current?.children[index - drawn.current.first] as HTMLElement | undefined;

  /** The same as it is laid out now: what is not drawn still has the room it was given then. */
  const laid = (index: number): number => {
    const { first, end, before, after } = drawn.current;
    let sum = isTurned ? after : before;
    for (let at = isTurned ? index + 1 : first; at < (isTurned ? end : index); at++) sum += rowAt(at)?.getBoundingClientRect().height ?? 0;
    return sum;
  };

  /** Remember what is read, by its distance from the fixed point. */
  const hold = (): void => {
    const top = box.current?.getBoundingClientRect().top ?? 0;
    const { first, end } = drawn.current;
    for (let index = first; index < end; index++) {
      const row = rowAt(index);
      const key = keys[index];
      if (row === undefined || key === undefined || row.getBoundingClientRect().bottom <= top) continue;
      anchor.current = { key, at: distance(row, box.current, isTurned), beyond: laid(index) };
      return;
    }
  };

  /** How high the drawn rows are; whether that was news. */
  const measure = (): boolean => {
    const place = holder.current;
    if (place === null) return false;
    if (place.clientWidth !== width.current) sizes.current.clear(); // lines break elsewhere now
    width.current = place.clientWidth;
    let isNews = false;
    for (let index = drawn.current.first; index < drawn.current.end; index++) {
      const size = rowAt(index)?.getBoundingClientRect().height;
      const key = keys[index];
      if (size === undefined || key === undefined || Math.abs((sizes.current.get(key) ?? -1) - size) < 0.5) continue;
      sizes.current.set(key, size);
      isNews = true;
    }
    return isNews;
  };

  /** Put what is read back to where it was. */
  const keepStill = (): void => {
    const { current: held } = anchor;
    const area = box.current;
    const row = held === null ? undefined : rowAt(keys.indexOf(held.key));
    if (area === null || held === null || row === undefined || Math.abs(area.scrollTop) < EDGE_PX) return;
    const moved = distance(row, area, isTurned) - held.at;
    if (Math.abs(moved) >= 1) area.scrollTop += isTurned ? -moved : moved;
  };

  /** Bring what is sought to its place; false when nothing is. Rows measured on the way there move it, so this is done until it stays. */
  const approach = (): boolean => {
    const { current: goal } = sought;
    const area = box.current;
    if (goal === null || area === null) return false;
    const index = keys.indexOf(goal.key);
    const row = rowAt(index);
    const before = area.scrollTop;
    if (row === undefined) {
      const all = heights();
      const way = beyond(all, index) + (isTurned ? (all[index] ?? 0) : 0);
      area.scrollTop = isTurned ? -Math.max(0, way - (1 - goal.part) * area.clientHeight) : way - goal.part * area.clientHeight;
      return true; // it is drawn there, and then measured
    }
    area.scrollTop += row.getBoundingClientRect().top - area.getBoundingClientRect().top - goal.part * area.clientHeight;
    if (Math.abs(area.scrollTop - before) < 1) sought.current = null;
    return true;
  };

  const settle = (): void => {
    const isNews = measure();
    if (!approach()) keepStill();
    hold();
    if (isNews && differs(compute(), drawn.current)) redraw((round) => round + 1);
  };
  const latest = useRef(settle);
  latest.current = settle;

  useLayoutEffect(settle);
  useEffect(() => {
    const watcher = new ResizeObserver(() => latest.current());
    const area = box.current;
    if (holder.current !== null) watcher.observe(holder.current);
    if (area !== null) watcher.observe(area);
    const toEdge = (event: KeyboardEvent): void => edge(event, area, isTurned);
    area?.addEventListener('keydown', toEdge);
    const letGo = (): void => void (sought.current = null); // the person goes elsewhere
    for (const kind of ['wheel', 'touchstart', 'keydown', 'pointerdown']) area?.addEventListener(kind, letGo, { passive: true });
    return () => {
      watcher.disconnect();
      for (const kind of ['wheel', 'touchstart', 'keydown', 'pointerdown']) area?.removeEventListener(kind, letGo);
      area?.removeEventListener('keydown', toEdge);
    };
  }, []);

  const onScroll = useCallback(() => {
    approach();
    hold();
    const next = compute();
    if (!differs(next, drawn.current)) return;
    const at = [...(holder.current?.children ?? [])].findIndex((row) => row.contains(document.activeElement));
    const index = at + drawn.current.first;
    if (at >= 0 && (index < next.first || index >= next.end)) box.current?.focus({ preventScroll: true }); // the keyboard goes on from here
    redraw((round) => round + 1);
  }, [keys]);

  const top = (): string | undefined => anchor.current?.key;
  const bottom = (): string | undefined => {
    const edge = box.current?.getBoundingClientRect().bottom ?? 0;
    const { first, end } = drawn.current;
    for (let index = end - 1; index >= first; index--) if ((rowAt(index)?.getBoundingClientRect().bottom ?? Infinity) <= edge + SEEN_PX) return keys[index];
    return undefined;
  };
  const seek = (key: string, part: number): void => {
    if (!keys.includes(key)) return;
    anchor.current = null;
    sought.current = { key, part };
    approach();
  };
  const isSeeking = (): boolean => sought.current !== null;
  return { ...now, onScroll, top, bottom, seek, isSeeking };
}

/** Home and End go there at once: on a gliding way the rows that are met first would be measured and moved, which ends the glide. */
function edge(event: KeyboardEvent, box: HTMLElement | null, isTurned: boolean): void {
  if (box === null || (event.key !== 'Home' && event.key !== 'End') || (event.target as Element).matches('input, textarea, select')) return;
  event.preventDefault();
  const isFixed = (event.key === 'End') === isTurned;
  box.scrollTop = isFixed ? 0 : box.scrollHeight * (isTurned ? -1 : 1);
}

function differs(one: Slice, other: Slice): boolean {
  return one.first !== other.first || one.end !== other.end;
}

/** How far the view is from where the rows begin, in the direction they are counted. */
function offset(box: HTMLElement | null, holder: HTMLElement | null, isTurned: boolean): number {
  if (box === null || holder === null) return 0;
  if (isTurned) return -box.scrollTop;
  return box.getBoundingClientRect().top - holder.getBoundingClientRect().top;
}

/** How far a row is from the fixed end of what scrolls. */
function distance(row: HTMLElement, box: HTMLElement | null, isTurned: boolean): number {
  if (box === null) return 0;
  const [inner, outer] = [row.getBoundingClientRect(), box.getBoundingClientRect()];
  return isTurned ? outer.bottom - inner.bottom - box.scrollTop : inner.top - outer.top + box.scrollTop;
}
