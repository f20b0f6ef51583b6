// What was read on an earlier visit, as `keeping` left it: shown until the server answers, and instead of an answer while there is none.
import type { Category, HistoryItem, Me, Message, Notice, Ticket } from '../api/types';
import type { Cursor } from '../live/feed';
import { asked, get, transact } from './database';
import type { Listing, Paged } from './listing';

/** Stands for what leads to older messages where only the newest are kept: the server tells it anew. */
export const CUT = '';

export interface KeptConversation {
  ticket: Ticket;
  messages: Message[];
  older: string | null;
  history: HistoryItem[];
  /** Events up to here are in it. */
  position: number;
  /** Nothing is missing in the middle of it or before its beginning. */
  isWhole: boolean;
  /** When somebody last looked, in milliseconds. */
  at: number;
}

export interface Opened {
  key: string;
  id: string;
  number: number;
}

/** The small things that are kept, by their names. */
export interface Facts {
  self: Me;
  categories: Category[];
  /** What one was told, newest first. */
  notices: Paged<Notice>;
  /** How far the log was heard by what is kept. */
  cursor: Cursor;
  /** Where the feed last began anew: what was read before it may have missed something. */
  floor: Cursor;
  /** Tickets opened here of late, by the key they went by until then. */
  opened: Opened[];
}

export const fact = <Name extends keyof Facts>(name: Name): Promise<Facts[Name] | undefined> => get<Facts[Name]>('facts', name);

/** The ticket that went by this key until it was open. */
export const openedAs = async (key: string): Promise<Opened | undefined> => (await fact('opened'))?.find((one) => one.key === key);

export const keptListing = (filter: string): Promise<Listing | undefined> => get<Listing>('lists', filter);

/** By number or id. */
export function keptConversation(ref: string): Promise<KeptConversation | undefined> {
  return transact(['conversations', 'facts'], 'readonly', async (at) => {
    const store = at('conversations');
    const found = asked<KeptConversation | undefined>(/^\d+$/.test(ref) ? store.index('number').get(Number(ref)) : store.get(ref));
    const [kept, floor] = await Promise.all([found, asked<Cursor | undefined>(at('facts').get('floor'))]);
    return kept === undefined ? undefined : { ...kept, isWhole: kept.isWhole && kept.position >= (floor?.position ?? 0) };
  });
}
