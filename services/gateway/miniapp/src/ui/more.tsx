import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Paging } from '../store/paging';
import { RowSkeletons } from './skeleton';

/** The end of what is loaded: seeing it (almost) loads on. */
export function MoreWhenSeen({ paging: { isLoading, readings, more } }: { paging: Paging }): JSX.Element {
  const mark = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (mark.current === null) return undefined;
    const root = mark.current.closest('.scroll'); // it would clip what is beyond its own edge from any other
    const watcher = new IntersectionObserver((seen) => seen.some((entry) => entry.isIntersecting) && void more(), { root, rootMargin: '600px' });
    watcher.observe(mark.current);
    return () => watcher.disconnect();
  }, [readings.value]);
  return <div ref={mark}>{isLoading.value ? <RowSkeletons count={2} /> : <span class="list-end" />}</div>;
}
