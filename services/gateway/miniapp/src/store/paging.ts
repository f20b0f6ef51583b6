// Reading on in a list that comes in pages.
import { batch, signal, type ReadonlySignal } from '@preact/signals';

export interface Paging {
  /** The next page is on its way. */
  isLoading: ReadonlySignal<boolean>;
  /** How often the list was read, its beginning or more of it: whoever waits at its end looks anew. */
  readings: ReadonlySignal<number>;
  /** Its beginning was read. */
  wasRead: () => void;
  /** Read the next page, if there is one and nobody does so already. Never throws. */
  more: () => Promise<void>;
}

interface List<Page> {
  /** Where it goes on; `null` at its end, and while it may not be asked for. */
  next: () => string | null;
  /** Another number once what was asked for before is older than what is shown. */
  version: () => number;
  ask: (cursor: string) => Promise<Page>;
  add: (page: Page) => void;
}

export function paging<Page>({ next, version, ask, add }: List<Page>): Paging {
  const isLoading = signal(false);
  const readings = signal(0);
  const wasRead = (): void => void (readings.value += 1);
  const more = async (): Promise<void> => {
    const cursor = next();
    if (cursor === null || isLoading.value) return;
    const mine = version();
    isLoading.value = true;
    const page = await ask(cursor).catch(() => null); // scrolling on asks again
    const isOld = mine !== version() || cursor !== next();
    batch(() => {
      isLoading.value = false;
      if (page === null || isOld) return;
      add(page);
      wasRead();
    });
    if (page !== null && isOld) await more(); // what it goes on from was read again meanwhile
  };
  return { isLoading, readings, wasRead, more };
}
