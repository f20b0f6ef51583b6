// Files on their way, against a server that answers when the test says so.
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as database from '../src/store/database';
import { forgetFiles, type KeptFile } from '../src/store/files';
import { persona } from '../src/store/core';
import { toast } from '../src/store/toast';
import { add, again, asItIs, FILES, movePicked, pass, picked, pickedFor, remove, takeUpFiles } from '../src/store/uploads';

class Request {
  static sent: Request[] = [];
  readonly upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {};
  readonly headers = new Map<string, string>();
  status = 0;
  responseText = '';
  aborted = false;
  onload?: () => void;
  onerror?: () => void;
  onabort?: () => void;

  open(): void {}
  setRequestHeader(name: string, value: string): void {
    this.headers.set(name, value);
  }
  send(): void {
    Request.sent.push(this);
  }
  abort(): void {
    this.aborted = true;
    this.onabort?.();
  }
  answers(status: number, body: unknown): Promise<void> {
    this.status = status;
    this.responseText = JSON.stringify(body);
    this.onload?.();
    return settle();
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const file = (name: string, size = 10, type = 'text/plain'): File => new File([new Uint8Array(size)], name, { type });
const there = (id: string): unknown => ({ id, filename: `${id}.txt`, size: 10, content_type: 'text/plain' });

async function requests(count: number, timeout = 1_000): Promise<Request[]> {
  await vi.waitFor(() => expect(Request.sent).toHaveLength(count), { timeout });
  return Request.sent;
}

const allThere = (place: string): boolean => pickedFor(place).every(({ attachment }) => attachment !== null);

let visits = 0;

afterEach(() => void vi.unstubAllGlobals());

beforeEach(() => {
  database.inhabit(`uploads ${(visits += 1)}`);
  persona.value = 'customer';
  pass('here');
  Request.sent = [];
  toast.value = null;
  vi.stubGlobal('XMLHttpRequest', Request);
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined, removeItem: () => undefined });
  vi.stubGlobal('fetch', (input: string) =>
    Promise.resolve(new Response(input.includes('demo') ? '{"init_data":"x"}' : '{"access_token":"a","expires_in":900,"refresh_token":"r"}')),
  );
});

describe('files that were picked', () => {
  it('go up at once, tell how far they are, and leave with the message', async () => {
    add('here', [file('a.txt')]);
    const [request] = await requests(1);
    request?.upload.onprogress?.({ loaded: 5, total: 10 });
    expect(pickedFor('here')[0]?.progress).toBe(0.5);
    expect(allThere('here')).toBe(false);
    await request?.answers(201, there('f1'));
    await vi.waitFor(() => expect(allThere('here')).toBe(true));
    expect(pass('here').attachments.map(({ id }) => id)).toEqual(['f1']);
    expect(pickedFor('here')).toEqual([]);
  });

  it('go on by themselves under the same key when only the network failed', async () => {
    add('here', [file('a.txt')]);
    const [first] = await requests(1);
    first?.onerror?.();
    const [, second] = await requests(2, 5_000);
    expect(pickedFor('here')[0]?.failed).toBeNull();
    expect(second?.headers.get('Idempotency-Key')).toBe(first?.headers.get('Idempotency-Key'));
    await second?.answers(201, there('f1'));
    await vi.waitFor(() => expect(allThere('here')).toBe(true));
  });

  it('wait for the person when they were refused', async () => {
    add('here', [file('a.txt')]);
    const [first] = await requests(1);
    await first?.answers(413, { code: 'too_large' });
    await vi.waitFor(() => expect(pickedFor('here')[0]?.failed).not.toBeNull());
    again('here', pickedFor('here')[0]?.key ?? '');
    const [, second] = await requests(2);
    await second?.answers(201, there('f1'));
    await vi.waitFor(() => expect(allThere('here')).toBe(true));
  });

  it('are on the device until their message has them', async () => {
    const kept = async (): Promise<(string | null)[]> => ((await database.all<KeptFile>('uploads')) ?? []).map(({ place }) => place);
    add('here', [file('a.txt')]);
    await requests(1);
    expect(await kept()).toEqual(['here']);
    const { attachments, uploads } = pass('here');
    expect(attachments.map(({ filename }) => filename)).toEqual(['a.txt']);
    expect(pickedFor('here')).toEqual([]);
    await vi.waitFor(async () => expect(await kept()).toEqual([null]));
    forgetFiles(uploads);
    await vi.waitFor(async () => expect(await kept()).toEqual([]));
  });

  it('go on under the same key when the place they are picked in gets another name', async () => {
    add('here', [file('a.txt')]);
    const [request] = await requests(1);
    await movePicked('here', 'there');
    expect([pickedFor('here').length, pickedFor('there').length]).toEqual([0, 1]);
    await request?.answers(201, there('f1'));
    await vi.waitFor(() => expect(pickedFor('there')[0]?.attachment?.id).toBe('f1'));
    expect(Request.sent).toHaveLength(1);
    pass('there');
  });

  it('are picked again on the next visit', async () => {
    add('here', [file('a.txt')]);
    const [first] = await requests(1);
    picked.value = new Map();
    await takeUpFiles();
    expect(pickedFor('here').map(({ file: one }) => one.name)).toEqual(['a.txt']);
    await first?.answers(201, there('f1'));
    await vi.waitFor(() => expect(allThere('here')).toBe(true));
    expect(Request.sent).toHaveLength(1);
  });

  it('are made smaller when they are photos, unless they go as files', async () => {
    vi.stubGlobal('createImageBitmap', () => Promise.resolve({ width: 4096, height: 2048, close: () => undefined }));
    const drawn = { width: 0, height: 0, getContext: () => ({ drawImage: () => undefined }), toBlob: (then: (blob: Blob) => void) => then(new Blob(['tiny'], { type: 'image/jpeg' })) };
    vi.stubGlobal('document', { createElement: () => drawn });
    add('here', [file('a.webp', FILES.image + 1, 'image/webp')]);
    const [first] = await requests(1);
    expect([drawn.width, drawn.height]).toEqual([2048, 1024]);
    expect(pickedFor('here')[0]?.file).toMatchObject({ name: 'a.jpg', size: 4 });
    await first?.answers(201, there('f1'));
    asItIs('here', pickedFor('here')[0]?.key ?? '');
    await vi.waitFor(() => expect(toast.value).not.toBeNull()); // it is too large as it is
    add('here', [file('b.png', 2_000, 'image/png')], 'file');
    await requests(2);
    expect(pickedFor('here').map(({ file: one }) => one.size)).toEqual([2_000]);
  });

  it('stop when they are taken out', async () => {
    add('here', [file('a.txt')]);
    const [request] = await requests(1);
    remove('here', pickedFor('here')[0]?.key ?? '');
    expect(request?.aborted).toBe(true);
    await settle();
    expect([pickedFor('here'), toast.value]).toEqual([[], null]);
  });

  it('are at most ten, and none too large', async () => {
    add('here', [file('big.png', FILES.image + 1, 'image/png')]);
    await vi.waitFor(() => expect(pickedFor('here')).toEqual([]));
    expect(toast.value).not.toBeNull();
    add('here', Array.from({ length: 12 }, (_, number) => file(`${number}.txt`)));
    expect(pickedFor('here')).toHaveLength(FILES.most);
  });
});
