import { useSignal } from '@preact/signals';
import { newKey, type Answer } from '../api/client';
import { lifted, type Placed } from './ordering';
import { complain } from './toast';

export interface Lifting {
  busy: boolean;
  lift: (index: number) => void;
}

/** Moves things of an ordered list up by one; ``place`` tells the server where one stands now, ``done`` follows in any case. */
export function useLifting(
  items: readonly Placed[],
  place: (id: string, order: number, key: string) => Promise<Answer<unknown>>,
  done: () => void,
): Lifting {
  const busy = useSignal(false);
  const lift = async (index: number): Promise<void> => {
    busy.value = true;
    for (const { id, order } of lifted(items, index)) await place(id, order, newKey()).catch(complain);
    busy.value = false;
    done();
  };
  return { busy: busy.value, lift: (index) => void lift(index) };
}
