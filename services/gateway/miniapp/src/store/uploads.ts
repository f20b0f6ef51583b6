// Files on their way into a message that is still being written. They live as long as the page: only their senders know them.
import { signal } from '@preact/signals';
import { newKey } from '../api/client';
import { sendFile } from '../api/files';
import { Problem } from '../api/problem';
import type { Attachment } from '../api/types';
import { language, t } from '../i18n';
import { haptic } from '../telegram/env';
import { tokens } from './core';
import { explain, show } from './toast';

export const FILES = { most: 10, image: 10 * 1024 * 1024, document: 20 * 1024 * 1024 } as const;

export interface Picked {
  key: string;
  file: File;
  /** Address of a picture's own content, to show it at once. */
  preview: string | null;
  /** From 0 to 1. */
  progress: number;
  /** There once the server has it. */
  attachment: Attachment | null;
  /** Why it failed, for people. */
  failed: string | null;
}

/** What was picked, by where it will be said: a ticket's id, or `new`. */
export const picked = signal<ReadonlyMap<string, readonly Picked[]>>(new Map());
const stops = new Map<string, AbortController>();

export const pickedFor = (place: string): readonly Picked[] => picked.value.get(place) ?? [];

/** Whether everything picked is with the server. */
export const allThere = (place: string): boolean => pickedFor(place).every((each) => each.attachment !== null);

/** Begin to send files; says so when some are too many or too large. */
export function add(place: string, files: Iterable<File>): void {
  for (const file of files) {
    const limit = file.type.startsWith('image/') ? FILES.image : FILES.document;
    if (pickedFor(place).length >= FILES.most) return tell(t('files.tooMany', { count: FILES.most }));
    if (file.size > limit) tell(t('files.tooLarge', { name: file.name, count: limit / 1024 / 1024 }));
    else if (file.size > 0) begin(place, file);
  }
}

function tell(text: string): void {
  haptic('error');
  show({ text });
}

function begin(place: string, file: File): void {
  const isPicture = /^image\/(png|jpeg|gif|webp)$/.test(file.type);
  const preview = isPicture ? URL.createObjectURL(file) : null;
  const one: Picked = { key: newKey(), file, preview, progress: 0, attachment: null, failed: null };
  keep(place, [...pickedFor(place), one]);
  void go(place, one);
}

async function go(place: string, { key, file }: Picked): Promise<void> {
  const stop = new AbortController();
  stops.set(key, stop);
  const onProgress = (progress: number): void => change(place, key, { progress });
  try {
    const attachment = await sendFile(tokens, file, { key, language: language.value, onProgress, signal: stop.signal });
    change(place, key, { attachment, progress: 1 });
  } catch (error) {
    if (stop.signal.aborted) return;
    const text = error instanceof Problem && error.code === 'too_large' ? t('files.refused') : explain(error);
    change(place, key, { failed: text });
    tell(text);
  } finally {
    stops.delete(key);
  }
}

/** Try a failed one again, under the same key. */
export function again(place: string, key: string): void {
  change(place, key, { failed: null, progress: 0 });
  const one = pickedFor(place).find((each) => each.key === key);
  if (one !== undefined) void go(place, one);
}

export function remove(place: string, key: string): void {
  stops.get(key)?.abort();
  const gone = pickedFor(place).find((each) => each.key === key);
  if (gone?.preview != null) URL.revokeObjectURL(gone.preview);
  keep(
    place,
    pickedFor(place).filter((each) => each.key !== key),
  );
}

/** What a message will carry; the place is empty afterwards. */
export function take(place: string): Attachment[] {
  const files = pickedFor(place).flatMap((each) => each.attachment ?? []);
  for (const { key } of pickedFor(place)) remove(place, key);
  return files;
}

function change(place: string, key: string, to: Partial<Picked>): void {
  keep(
    place,
    pickedFor(place).map((each) => (each.key === key ? { ...each, ...to } : each)),
  );
}

function keep(place: string, files: readonly Picked[]): void {
  const next = new Map(picked.value);
  if (files.length === 0) next.delete(place);
  else next.set(place, files);
  picked.value = next;
}
