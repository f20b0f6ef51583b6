import type { JSX } from 'preact';
import { haptic } from '../telegram/env';

/** A cell that is on or off. */
export function Toggle(props: { text: string; on: boolean; onChange: (on: boolean) => void }): JSX.Element {
  return (
    <button
      type="button"
      class="cell pressable"
      role="switch"
      aria-checked={props.on}
      onClick={() => {
        haptic('select');
        props.onChange(!props.on);
      }}
    >
      <span class="cell-text">{props.text}</span>
      <span class="toggle" aria-hidden="true" />
    </button>
  );
}
