import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { haptic } from '../telegram/env';
import { Icon, type IconName } from './icons';

export function IconButton(props: { icon: IconName; label: string; onPress: () => void; class?: string; pressed?: boolean }): JSX.Element {
  return (
    <button
      type="button"
      class={`icon-button ${props.class ?? ''}`}
      aria-label={props.label}
      title={props.label}
      aria-pressed={props.pressed}
      onClick={props.onPress}
    >
      <Icon name={props.icon} />
    </button>
  );
}

export function Button(props: {
  children: ComponentChildren;
  onPress?: () => void;
  kind?: 'filled' | 'tinted' | 'plain' | 'danger';
  type?: 'button' | 'submit';
  disabled?: boolean;
  busy?: boolean;
}): JSX.Element {
  return (
    <button
      type={props.type ?? 'button'}
      class={`button ${props.kind ?? 'filled'}`}
      disabled={props.disabled === true || props.busy === true}
      aria-busy={props.busy === true}
      onClick={props.onPress}
    >
      {props.busy === true ? <span class="spinner" aria-hidden="true" /> : null}
      {props.children}
    </button>
  );
}

export interface Option<T extends string> {
  value: T;
  text: string;
  count?: number | undefined;
  shape?: JSX.Element;
}

interface ChoiceProps<T extends string> {
  label: string;
  options: Option<T>[];
  value: T;
  onChoose: (value: T) => void;
}

/** A row of equal parts, one of them chosen. */
export function Segmented<T extends string>(props: ChoiceProps<T>): JSX.Element {
  return <Choice {...props} class="segmented" part="segment" />;
}

/** A scrolling row of pills, one of them chosen. */
export function Chips<T extends string>(props: ChoiceProps<T>): JSX.Element {
  return <Choice {...props} class="chips" part="chip" />;
}

function Choice<T extends string>(props: ChoiceProps<T> & { class: string; part: string }): JSX.Element {
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const chosen = row.current?.querySelector('[aria-pressed="true"]');
    if (row.current === null || chosen == null) return;
    const [all, one] = [row.current.getBoundingClientRect(), chosen.getBoundingClientRect()];
    if (one.left < all.left || one.right > all.right) row.current.scrollLeft += one.left - all.left - (all.width - one.width) / 2;
  }, [props.value]);
  return (
    <div ref={row} class={props.class} role="group" aria-label={props.label}>
      {props.options.map((option) => (
        <button
          key={option.value}
          type="button"
          class={props.part}
          aria-pressed={option.value === props.value}
          onClick={() => {
            if (option.value !== props.value) haptic('select');
            props.onChoose(option.value);
          }}
        >
          {option.shape}
          <span class="part-text">{option.text}</span>
          {option.count === undefined ? null : <span class="count">{option.count}</span>}
        </button>
      ))}
    </div>
  );
}

export function Section(props: { title?: string; hint?: string; children: ComponentChildren }): JSX.Element {
  return (
    <section class="section">
      {props.title === undefined ? null : <h2 class="section-title">{props.title}</h2>}
      <div class="section-body">{props.children}</div>
      {props.hint === undefined ? null : <p class="section-hint">{props.hint}</p>}
    </section>
  );
}

export function Cell(props: {
  icon?: JSX.Element;
  text: ComponentChildren;
  hint?: ComponentChildren;
  after?: ComponentChildren;
  danger?: boolean;
  disabled?: boolean;
  checked?: boolean;
  onPress?: () => void;
}): JSX.Element {
  const inside = (
    <>
      {props.icon}
      <span class="cell-text">
        <span>{props.text}</span>
        {props.hint === undefined ? null : <span class="cell-hint">{props.hint}</span>}
      </span>
      {props.after}
      {props.checked === true ? <Icon name="check" size={20} /> : null}
    </>
  );
  if (props.onPress === undefined) return <div class="cell">{inside}</div>;
  return (
    <button
      type="button"
      class={`cell pressable ${props.danger === true ? 'danger' : ''}`}
      disabled={props.disabled}
      aria-pressed={props.checked}
      onClick={props.onPress}
    >
      {inside}
    </button>
  );
}

/** Without a `label`, what it counts is said by what it stands on. */
export function Badge({ count, label }: { count: number; label?: string }): JSX.Element | null {
  if (count <= 0) return null;
  return (
    <span class="badge">
      <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
      {label === undefined ? null : <span class="hidden">{label}</span>}
    </span>
  );
}
