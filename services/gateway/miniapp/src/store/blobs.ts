// Fetched files as addresses the browser can show; the longest unused go first.
import { fetchFile } from '../api/files';
import { tokens } from './core';

const MOST = 60;
const kept = new Map<string, Promise<string>>();

/** A file of our own that the server may not have yet: shown from here, under the name it will have. */
export function keepLocal(id: string, file: Blob): void {
  const url = URL.createObjectURL(file);
  for (const path of [id, `${id}/preview`]) kept.set(path, Promise.resolve(url));
}

/** An address for `<file id>` or `<file id>/preview`, fetched once. */
export function blobUrl(path: string): Promise<string> {
  const known = kept.get(path);
  kept.delete(path);
  const url = known ?? fetchFile(tokens, path).then((blob) => URL.createObjectURL(blob));
  kept.set(path, url);
  url.catch(() => kept.delete(path));
  const oldest = kept.keys().next().value;
  if (kept.size > MOST && oldest !== undefined) {
    void kept.get(oldest)?.then((gone) => URL.revokeObjectURL(gone));
    kept.delete(oldest);
  }
  return url;
}
