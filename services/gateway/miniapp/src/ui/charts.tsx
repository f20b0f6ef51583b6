// Charts small enough to be drawn by hand; each tells its numbers to screen readers too.
import type { JSX } from 'preact';
import { t } from '../i18n';

export interface Bar {
  label: string;
  value: number;
  /** The value in words, where the number alone says little. */
  said?: string;
}

const HEIGHT = 100;
const GAP = 0.25;
const LEAST = 1.5;

/** One bar per day (or whatever), from the first to the last. */
export function Bars({ bars, label }: { bars: Bar[]; label: string }): JSX.Element {
  const top = Math.max(1, ...bars.map(({ value }) => value));
  const highest = bars.find(({ value }) => value === top);
  const said = bars.filter(({ value }) => value > 0).map((bar) => `${bar.label}: ${bar.said ?? bar.value}`);
  return (
    <>
      <svg class="chart" role="img" aria-label={`${label}. ${said.join(', ')}`} viewBox={`0 0 ${bars.length} ${HEIGHT}`} preserveAspectRatio="none">
        {bars.map(({ label: name, value, said: words }, index) => {
          const height = Math.max(LEAST, (value / top) * HEIGHT);
          return (
            <rect key={name} class={value === 0 ? 'zero' : ''} x={index + GAP / 2} y={HEIGHT - height} width={1 - GAP} height={height}>
              <title>{`${name}: ${words ?? value}`}</title>
            </rect>
          );
        })}
      </svg>
      <div class="chart-ends" aria-hidden="true">
        <span>{bars[0]?.label}</span>
        <span>{highest === undefined ? '' : t('stats.most', { value: highest.said ?? highest.value })}</span>
        <span>{bars.at(-1)?.label}</span>
      </div>
    </>
  );
}

/** How much of the whole something is; the number itself stands beside it. */
export function Share({ part, whole }: { part: number; whole: number }): JSX.Element {
  return (
    <div class="share" aria-hidden="true">
      <i style={{ width: `${whole === 0 ? 0 : (part / whole) * 100}%` }} />
    </div>
  );
}
