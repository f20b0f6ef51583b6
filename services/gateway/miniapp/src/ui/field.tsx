import type { JSX } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../i18n';
import { lengthOf } from '../store/writing';

/** Characters left are told from here on. */
const NEAR = 0.8;

/** A labelled field that grows with its text and counts what is left. Longer text is kept and said to be too long, never cut. */
export function TextField(props: {
  label: string;
  placeholder: string;
  value: string;
  limit: number;
  rows?: number;
  problem: string | null;
  /** How long a text is; in characters, unless the server counts otherwise. */
  measure?: (text: string) => number;
  onInput: (text: string) => void;
}): JSX.Element {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  useGrowing(area, props.value);
  const left = props.limit - (props.measure ?? lengthOf)(props.value);
  const problem = left < 0 ? t('new.over', { count: -left }) : props.problem;
  return (
    <div class={`field ${problem === null ? '' : 'wrong'}`}>
      <label for={id}>{props.label}</label>
      <textarea
        ref={area}
        id={id}
        dir="auto"
        rows={props.rows ?? 1}
        placeholder={props.placeholder}
        value={props.value}
        aria-invalid={problem === null ? undefined : 'true'}
        aria-describedby={`${id}-note`}
        onInput={(event) => props.onInput(oneLine(event.currentTarget.value, props.rows))}
      />
      <p id={`${id}-note`} class={problem === null ? 'field-note' : 'field-problem'} aria-live="polite">
        {problem ?? (left < props.limit * (1 - NEAR) ? t('new.left', { count: left }) : '')}
      </p>
    </div>
  );
}

function oneLine(text: string, rows: number | undefined): string {
  return rows === undefined ? text.replace(/[\r\n]+/g, ' ') : text;
}

/** The area is as tall as its text, up to what the style sheet allows. */
export function useGrowing(area: { current: HTMLTextAreaElement | null }, text: string): void {
  useLayoutEffect(() => {
    const box = area.current;
    if (box === null) return;
    const fit = (): void => {
      box.style.height = 'auto';
      box.style.height = `${box.scrollHeight}px`;
    };
    if (box.scrollHeight > 0) fit();
    else requestAnimationFrame(fit); // the sheet it lies in opens in a moment
  }, [text]);
}
