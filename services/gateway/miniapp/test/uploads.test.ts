// Files on their way, against a server that answers when the test says so.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { persona } from '../src/store/core';
import { toast } from '../src/store/toast';
import { add, again, allThere, FILES, pickedFor, remove, take } from '../src/store/uploads';

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

async function requests(count: number): Promise<Request[]> {
  await vi.waitFor(() => expect(Request.sent).toHaveLength(count));
  return Request.sent;
}

beforeEach(() => {
  persona.value = 'customer';
  take('here');
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
    expect(allThere('here')).toBe(true);
    expect(take('here').map(({ id }) => id)).toEqual(['f1']);
    expect(pickedFor('here')).toEqual([]);
  });

  it('are tried again under the same key after a failure', async () => {
    add('here', [file('a.txt')]);
    const [first] = await requests(1);
    first?.onerror?.();
    await settle();
    const key = pickedFor('here')[0]?.key ?? '';
    expect(pickedFor('here')[0]?.failed).not.toBeNull();
    again('here', key);
    const [, second] = await requests(2);
    expect(second?.headers.get('Idempotency-Key')).toBe(first?.headers.get('Idempotency-Key'));
    await second?.answers(201, there('f1'));
    expect(allThere('here')).toBe(true);
  });

  it('stop when they are taken out', async () => {
    add('here', [file('a.txt')]);
    const [request] = await requests(1);
    remove('here', pickedFor('here')[0]?.key ?? '');
    expect(request?.aborted).toBe(true);
    await settle();
    expect([pickedFor('here'), toast.value]).toEqual([[], null]);
  });

  it('are at most ten, and none too large', () => {
    add('here', [file('big.png', FILES.image + 1, 'image/png')]);
    expect(pickedFor('here')).toEqual([]);
    expect(toast.value).not.toBeNull();
    add('here', Array.from({ length: 12 }, (_, number) => file(`${number}.txt`)));
    expect(pickedFor('here')).toHaveLength(FILES.most);
  });
});
