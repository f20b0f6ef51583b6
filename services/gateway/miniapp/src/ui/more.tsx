import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { RowSkeletons } from './skeleton';

/** The end of what is loaded: seeing it (almost) loads on. */
export function MoreWhenSeen({ after, isLoading, more }: { after: string; isLoading: boolean; more: () => Promise<void> }): JSX.Element {
  const mark = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (mark.current === null) return undefined;
    const watcher = new IntersectionObserver((seen) => seen.some((entry) => entry.isIntersecting) && void more(), { rootMargin: '600px' });
    watcher.observe(mark.current);
    return () => watcher.disconnect();
  }, [after]);
  return <div ref={mark}>{isLoading ? <RowSkeletons count={2} /> : <span class="list-end" />}</div>;
}
