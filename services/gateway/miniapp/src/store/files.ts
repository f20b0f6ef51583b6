// Files on their way, kept on the device until a message carries them. The server keeps nothing of half a file, so one whose way
// was cut, by a lost network or a closed app, starts again under the same key, and is the same file there.
import { sendFile } from '../api/files';
import { Problem } from '../api/problem';
import type { Attachment } from '../api/types';
import { language } from '../i18n';
import { alone } from './alone';
import { keepLocal } from './blobs';
import { tokens, who } from './core';
import * as database from './database';

export interface KeptFile {
  key: string;
  /** Where it was picked: a ticket's id, or `new`; `null` once it belongs to a message on its way. */
  place: string | null;
  file: File;
  /** There once the server has it. */
  attachment: Attachment | null;
  /** When it was picked, and later when the server got it, in milliseconds. */
  at: number;
}

/** The server lets go of a file that no message carries after a day; a little earlier it is sent again, under the same key. */
const GOOD_MS = 20 * 3_600_000;

/** Everything this page knows of: also where the browser keeps nothing. */
const here = new Map<string, KeptFile>();
const underWay = new Map<string, Promise<Attachment>>();
const stops = new Map<string, AbortController>();

export function keepFile(one: KeptFile): void {
  here.set(one.key, one);
  keepLocal(one.key, one.file);
  void database.put('uploads', one.key, one);
}

/** What an earlier visit left, in the order it was picked. */
export async function keptFiles(): Promise<KeptFile[]> {
  const kept = (await database.all<KeptFile>('uploads')) ?? [...here.values()];
  for (const one of kept) {
    here.set(one.key, one);
    keepLocal(one.key, one.file);
  }
  return kept.sort((a, b) => a.at - b.at);
}

/** Send it, once however many ask and whichever tab. Throws `Problem`. */
export function sendKept(key: string, onProgress: (part: number) => void = () => undefined): Promise<Attachment> {
  const known = underWay.get(key);
  if (known !== undefined) return known;
  const stop = new AbortController();
  stops.set(key, stop);
  const work = alone(`upload.${who()}.${key}`, () => once(key, onProgress, stop.signal)).finally(() => {
    underWay.delete(key);
    stops.delete(key);
  });
  underWay.set(key, work);
  return work;
}

async function once(key: string, onProgress: (part: number) => void, signal: AbortSignal): Promise<Attachment> {
  const kept = (await database.get<KeptFile>('uploads', key)) ?? here.get(key);
  if (kept === undefined || signal.aborted) throw new Problem('not_found', 404, ''); // taken out meanwhile
  if (kept.attachment !== null && Date.now() - kept.at < GOOD_MS) return kept.attachment;
  const attachment = await sendFile(tokens, kept.file, { key, language: language.value, onProgress, signal });
  await change(key, { attachment, at: Date.now() });
  return attachment;
}

/** They belong to a message now (`null`), or are picked in another place. */
export async function handOver(keys: readonly string[], place: string | null): Promise<void> {
  await Promise.all(keys.map((key) => change(key, { place })));
}

/** Nothing of them is needed any more; what is under way stops. */
export function forgetFiles(keys: readonly string[]): void {
  for (const key of keys) {
    stops.get(key)?.abort();
    here.delete(key);
    void database.remove('uploads', key);
  }
}

async function change(key: string, to: Partial<KeptFile>): Promise<void> {
  const known = here.get(key);
  if (known !== undefined) here.set(key, { ...known, ...to });
  await database.transact(['uploads'], 'readwrite', async (at) => {
    const kept = await database.asked<KeptFile | undefined>(at('uploads').get(key));
    if (kept !== undefined) at('uploads').put({ ...kept, ...to }, key);
  });
}
