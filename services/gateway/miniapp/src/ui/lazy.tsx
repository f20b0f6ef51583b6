import { signal } from '@preact/signals';
import type { ComponentType, JSX } from 'preact';
import { useEffect } from 'preact/hooks';

export interface Lazy {
  (): JSX.Element | null;
  /** Fetch it now, so that it stands at once when it is wanted. */
  preload: () => void;
}

/** A page whose code comes after the first screen stands. `onFail` hears when the network kept it back; the next look tries again. */
export function lazy(load: () => Promise<ComponentType>, onFail: () => void): Lazy {
  const loaded = signal<ComponentType | null>(null);
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
  const Page = (): JSX.Element | null => {
    const Loaded = loaded.value;
    useEffect(preload, []);
    return Loaded === null ? null : <Loaded />;
  };
  return Object.assign(Page, { preload });
}
