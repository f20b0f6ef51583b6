import { useSignal } from '@preact/signals';
import type { JSX, RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../i18n';
import { haptic } from '../telegram/env';

const ENOUGH_PX = 64;
const FARTHEST_PX = 96;

/** Pull the top of a list down to read it again. */
export function PullToRefresh(props: { scroller: RefObject<HTMLElement | null>; onRefresh: () => Promise<unknown> }): JSX.Element {
  const pulled = useSignal(0);
  const busy = useSignal(false);
  useEffect(() => {
    const area = props.scroller.current;
    if (area === null) return undefined;
    let from: number | null = null;
    const down = (event: TouchEvent): void => {
      from = area.scrollTop <= 0 && !busy.value ? (event.touches[0]?.clientY ?? null) : null;
    };
    const move = (event: TouchEvent): void => {
      if (from === null) return;
      const way = (event.touches[0]?.clientY ?? from) - from;
      const before = pulled.value;
      pulled.value = way <= 0 || area.scrollTop > 0 ? 0 : Math.min(FARTHEST_PX, way * 0.5);
      if (before < ENOUGH_PX && pulled.value >= ENOUGH_PX) haptic('tap');
    };
    const up = (): void => {
      from = null;
      const enough = pulled.value >= ENOUGH_PX;
      pulled.value = 0;
      if (!enough) return;
      busy.value = true;
      void props.onRefresh().finally(() => (busy.value = false));
    };
    const how = { passive: true } as const;
    area.addEventListener('touchstart', down, how);
    area.addEventListener('touchmove', move, how);
    area.addEventListener('touchend', up, how);
    area.addEventListener('touchcancel', up, how);
    return () => {
      area.removeEventListener('touchstart', down);
      area.removeEventListener('touchmove', move);
      area.removeEventListener('touchend', up);
      area.removeEventListener('touchcancel', up);
    };
  }, []);
  const text = pulled.value >= ENOUGH_PX ? t('list.release') : t('list.pull');
  return (
    <div class={`pull ${busy.value ? 'busy' : ''}`} style={{ height: `${busy.value ? 40 : pulled.value}px` }} aria-hidden={!busy.value}>
      {busy.value ? <span class="spinner" /> : pulled.value > 12 ? text : null}
    </div>
  );
}
