import { signal } from '@preact/signals';
import type { ComponentType, JSX } from 'preact';
import { useEffect } from 'preact/hooks';

export interface Lazy<Props = object> {
  (props: Props): JSX.Element | null;
  /** Fetch it now, so that it stands at once when it is wanted. */
  preload: () => void;
}

/** A page whose code comes after the first screen stands. `onFail` hears when the network kept it back; the next look tries again. */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>, onFail: () => void): Lazy<Props> {
  const loaded = signal<ComponentType<Props> | null>(null);
  let asked: Promise<void> | null = null;
  const preload = (): void => {
    asked ??= load().then(
      (page) => void (loaded.value = page),
      () => {
        asked = null;
        onFail();
      },
    );
  };
  const Page = (props: Props): JSX.Element | null => {
    const Loaded = loaded.value;
    useEffect(preload, []);
    return Loaded === null ? null : <Loaded {...props} />;
  };
  return Object.assign(Page, { preload });
}
