// What this device keeps of one person, in one IndexedDB database. A browser may refuse it (private mode, quota, a frame without
// storage): then every answer is `undefined`, nothing is kept, and nothing breaks.

const PLACES = ['facts', 'lists', 'conversations', 'outbox', 'uploads'] as const;
export type Place = (typeof PLACES)[number];
/** What was read, as against what was written here and is still to be sent. */
export const READ: readonly Place[] = ['facts', 'lists', 'conversations'];
const PREFIX = 'tikethet.';
const VERSION = 1;

let name = '';
let opened: Promise<IDBDatabase | undefined> | null = null;

/** Whose database it is from now on: `who` names a person of this device, whether signed in yet or not. */
export function inhabit(who: string): void {
  if (name === PREFIX + who) return;
  void opened?.then((database) => database?.close());
  name = PREFIX + who;
  opened = null;
}

/** One transaction: all of `work` happens, or nothing. `work` must wait for nothing but requests of its own. */
export async function transact<T>(
  places: readonly Place[],
  mode: IDBTransactionMode,
  work: (at: (place: Place) => IDBObjectStore) => T | Promise<T>,
): Promise<T | undefined> {
  try {
    const database = await (opened ??= open(name));
    if (database === undefined) return undefined;
    // What was written by a person must survive a battery that dies; what was read can be read again.
    const durability = places.includes('outbox') || places.includes('uploads') ? 'strict' : 'relaxed';
    const transaction = database.transaction([...places], mode, { durability });
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
    done.catch(() => undefined); // it is waited for below, unless `work` fails first
    try {
      const result = await work((place) => transaction.objectStore(place));
      await done;
      return result;
    } catch (error) {
      transaction.abort(); // throws when it is over already: then nothing of it happened either
      throw error;
    }
  } catch {
    return undefined;
  }
}

/** The answer to one request inside a transaction. */
export function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export const get = <T>(place: Place, key: string): Promise<T | undefined> => transact([place], 'readonly', (at) => asked<T>(at(place).get(key)));
export const all = <T>(place: Place): Promise<T[] | undefined> => transact([place], 'readonly', (at) => asked<T[]>(at(place).getAll()));
/** Whether it is kept. */
export const put = async (place: Place, key: string, value: unknown): Promise<boolean> =>
  (await transact([place], 'readwrite', (at) => asked(at(place).put(value, key)))) !== undefined;
export const remove = async (place: Place, key: string): Promise<void> => void (await transact([place], 'readwrite', (at) => asked(at(place).delete(key))));

/** Nothing of this person stays here. */
export async function forget(places: readonly Place[] = PLACES): Promise<void> {
  await transact(places, 'readwrite', (at) => void places.forEach((place) => at(place).clear()));
}

/** Of others who used this device nothing stays that they read; what they wrote waits for them. */
export async function forgetOthers(): Promise<void> {
  const names = (await indexedDB.databases?.().catch(() => [])) ?? [];
  for (const { name: other = '' } of names) {
    if (!other.startsWith(PREFIX) || other === name) continue;
    const database = await open(other);
    const transaction = database?.transaction([...READ], 'readwrite');
    for (const place of READ) transaction?.objectStore(place).clear();
    database?.close(); // once the transaction is through
  }
}

function open(which: string): Promise<IDBDatabase | undefined> {
  return new Promise((resolve) => {
    const request = indexedDB.open(which, VERSION);
    request.onupgradeneeded = () => {
      for (const place of PLACES) {
        const store = request.result.createObjectStore(place);
        if (place === 'conversations') store.createIndex('number', 'ticket.number');
      }
    };
    request.onerror = () => resolve(undefined);
    request.onsuccess = () => {
      const database = request.result;
      database.onclose = () => (opened = null); // the browser took it away: open it again when it is wanted
      database.onversionchange = () => {
        database.close(); // a newer release in another tab needs it
        opened = null;
      };
      resolve(database);
    };
  });
}
