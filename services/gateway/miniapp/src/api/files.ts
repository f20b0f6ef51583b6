// Files go as they are, not as JSON: up with a progress, down as blobs, because an <img> cannot send a token.
import { Problem, problemOf } from './problem';
import type { Attachment } from './types';

/** Where tokens come from, and where a refused one goes. */
export interface Tokens {
  token(): Promise<string>;
  drop(token: string): void;
}

export interface Upload {
  key: string;
  language: string;
  /** Hears how much is there, from 0 to 1. */
  onProgress: (part: number) => void;
  signal: AbortSignal;
}

export async function sendFile(tokens: Tokens, file: File, upload: Upload): Promise<Attachment> {
  for (let again = false; ; again = true) {
    const token = await tokens.token();
    const response = await post(file, token, upload);
    if (response.status === 401 && !again) tokens.drop(token);
    else if (!response.ok) throw await problemOf(response);
    else return (await response.json()) as Attachment;
  }
}

/** `fetch` tells no progress of what goes up. */
function post(file: File, token: string, { key, language, onProgress, signal }: Upload): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append('file', file, file.name);
    request.open('POST', '/api/v1/files');
    request.setRequestHeader('Authorization', `Bearer ${token}`);
    request.setRequestHeader('Accept-Language', language);
    request.setRequestHeader('Idempotency-Key', key);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total);
    request.onload = () => resolve(new Response(request.responseText, { status: request.status }));
    request.onerror = request.onabort = () => reject(new Problem('offline', 0, ''));
    signal.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}

export async function fetchFile(tokens: Tokens, path: string): Promise<Blob> {
  for (let again = false; ; again = true) {
    const token = await tokens.token();
    const response = await fetch(`/api/v1/files/${path}`, { headers: { Authorization: `Bearer ${token}` } }).catch(() => null);
    if (response === null) throw new Problem('offline', 0, '');
    if (response.status === 401 && !again) tokens.drop(token);
    else if (!response.ok) throw await problemOf(response);
    else return response.blob();
  }
}
