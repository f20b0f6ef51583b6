// Files picked for a message that is still being written. They start on their way at once, and stay picked over a reload.
import { signal } from '@preact/signals';
import { newKey } from '../api/client';
import { Problem } from '../api/problem';
import type { Attachment } from '../api/types';
import { t } from '../i18n';
import { backoff } from '../live/backoff';
import { haptic } from '../telegram/env';
import { forgetFiles, handOver, keepFile, keptFiles, sendKept } from './files';
import { explain, show } from './toast';
import { cleanName } from './writing';

export const FILES = { most: 10, image: 10 * 1024 * 1024, document: 20 * 1024 * 1024 } as const;
/** Pictures a browser can make smaller; a moving one would stand still afterwards. */
const SHRINKS = /^image\/(png|jpeg|webp)$/;
const SHOWN = /^image\/(png|jpeg|gif|webp)$/;

export interface Picked {
  key: string;
  file: File;
  /** What it was before it was made smaller; `null` when it was not. */
  original: File | null;
  /** Address of a picture's own content, to show it at once. */
  preview: string | null;
  /** From 0 to 1. */
  progress: number;
  /** There once the server has it. */
  attachment: Attachment | null;
  /** Why it failed, for people. While there only is no network it has not: it goes on by itself. */
  failed: string | null;
}

/** What was picked, by where it will be said: a ticket's id, or `new`. */
export const picked = signal<ReadonlyMap<string, readonly Picked[]>>(new Map());

export const pickedFor = (place: string): readonly Picked[] => picked.value.get(place) ?? [];

/** Whether everything picked is with the server or will be without anybody doing anything. */
export const noneFailed = (place: string): boolean => pickedFor(place).every((each) => each.failed === null);

/** Begin to send files; photos are made smaller unless they go as they are (`file`). Says so when some are too many or too large. */
export function add(place: string, files: Iterable<File>, as: 'photo' | 'file' = 'photo'): void {
  for (const file of files) {
    if (pickedFor(place).length >= FILES.most) return tell(t('files.tooMany', { count: FILES.most }));
    if (file.size > 0) void begin(place, named(file), as);
  }
}

function named(file: File): File {
  const name = cleanName(file.name);
  return name === file.name ? file : new File([file], name, { type: file.type });
}

function tell(text: string): void {
  haptic('error');
  show({ text });
}

async function begin(place: string, picture: File, as: 'photo' | 'file'): Promise<void> {
  const preview = SHOWN.test(picture.type) ? URL.createObjectURL(picture) : null;
  const one: Picked = { key: newKey(), file: picture, original: null, preview, progress: 0, attachment: null, failed: null };
  keep(place, [...pickedFor(place), one]);
  const shrinks = as === 'photo' && SHRINKS.test(picture.type);
  const file = shrinks ? await (await import('./shrink')).shrink(picture) : picture;
  const limit = file.type.startsWith('image/') ? FILES.image : FILES.document;
  if (file.size > limit) {
    remove(place, one.key);
    return tell(t('files.tooLarge', { name: file.name, count: limit / 1024 / 1024 }));
  }
  if (!pickedFor(place).some(({ key }) => key === one.key)) return; // taken out meanwhile
  change(place, one.key, { file, original: file === picture ? null : picture });
  keepFile({ key: one.key, place, file, attachment: null, at: Date.now() });
  await go(place, one.key);
}

/** Send a photo that was made smaller as it is after all. */
export function asItIs(place: string, key: string): void {
  const original = pickedFor(place).find((each) => each.key === key)?.original;
  if (original == null) return;
  remove(place, key);
  add(place, [original], 'file');
}

/** What was picked on an earlier visit is picked again, and goes on. */
export async function takeUpFiles(): Promise<void> {
  for (const { key, place, file, attachment } of await keptFiles()) {
    if (place === null || pickedFor(place).some((each) => each.key === key)) continue;
    const preview = SHOWN.test(file.type) ? URL.createObjectURL(file) : null;
    keep(place, [...pickedFor(place), { key, file, original: null, preview, progress: 0, attachment, failed: null }]);
  }
  sendWaiting();
}

/** The line is back: what waits goes on. */
export function sendWaiting(): void {
  for (const [place, files] of picked.value) {
    for (const { key, attachment, failed } of files) if (attachment === null && failed === null) void go(place, key);
  }
}

async function go(place: string, key: string, attempt = 0): Promise<void> {
  try {
    const attachment = await sendKept(key, (progress) => change(place, key, { progress }));
    change(place, key, { attachment, progress: 1 });
  } catch (error) {
    if (!pickedFor(place).some((each) => each.key === key)) return; // taken out, or handed over to its message
    if (error instanceof Problem && error.isUncertain) {
      change(place, key, { progress: 0 });
      setTimeout(() => void go(place, key, attempt + 1), 1_000 + backoff(attempt));
      return;
    }
    const text = error instanceof Problem && error.code === 'too_large' ? t('files.refused') : explain(error);
    change(place, key, { failed: text });
    tell(text);
  }
}

/** Try a failed one again, under the same key. */
export function again(place: string, key: string): void {
  change(place, key, { failed: null, progress: 0 });
  void go(place, key);
}

export function remove(place: string, key: string): void {
  forgetFiles([key]);
  letGo(place, [key]);
}

/** What a message will carry, whether it is with the server or still on its way: the message waits for it. The place is empty afterwards. */
export function pass(place: string): { attachments: Attachment[]; uploads: string[] } {
  const files = pickedFor(place);
  const uploads = files.map(({ key }) => key);
  void handOver(uploads, null);
  letGo(place, uploads);
  return { attachments: files.map(inSight), uploads };
}

/** What a message was to carry is picked again, in another place. */
export async function pickAgain(place: string, uploads: readonly string[]): Promise<void> {
  await handOver(uploads, place);
  await takeUpFiles();
}

/** What is picked in one place is picked in another. */
export function movePicked(from: string, to: string): Promise<void> {
  const keys = pickedFor(from).map(({ key }) => key);
  letGo(from, keys);
  return pickAgain(to, keys);
}

/** How a file looks until the server has told. */
function inSight({ key, file, attachment }: Picked): Attachment {
  return attachment ?? { id: key, filename: file.name, size: file.size, content_type: file.type, url: '', preview_url: null };
}

function letGo(place: string, keys: readonly string[]): void {
  for (const { key, preview } of pickedFor(place)) if (keys.includes(key) && preview !== null) URL.revokeObjectURL(preview);
  keep(
    place,
    pickedFor(place).filter((each) => !keys.includes(each.key)),
  );
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
