import { useSignal } from '@preact/signals';
import { newKey, type Answer } from '../api/client';
import { haptic } from '../telegram/env';
import { complain } from './toast';

export interface Command<T> {
  busy: boolean;
  run: (call: (key: string) => Promise<Answer<T>>) => void;
}

/** Carries out wishes of a page, each under one key; what failed is said, and what may have gone through can be tried again. */
export function useCommand<T>(done: (body: T) => void): Command<T> {
  const busy = useSignal(false);
  const run = async (call: (key: string) => Promise<Answer<T>>, key = newKey()): Promise<void> => {
    busy.value = true;
    try {
      const { body } = await call(key);
      haptic('success');
      done(body);
    } catch (error) {
      complain(error, () => void run(call, key));
    }
    busy.value = false;
  };
  return { busy: busy.value, run: (call) => void run(call) };
}
