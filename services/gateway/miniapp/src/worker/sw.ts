// The service worker: the app itself (its page, code, styles, texts) is on the device, so that it opens without a network. Data
// is none of its business: what was read is kept by store/keeping. A release is taken as a whole or not at all.

/** Filled in by the build: every file of this release, and its name. */
declare const __SHELL__: readonly string[];
declare const __RELEASE__: string;

const worker = self as unknown as ServiceWorkerGlobalScope;
const HOME = '/app/';
const PAGE = `${HOME}index.html`;
const PREFIX = 'tikethet.shell.';
const CACHE = PREFIX + __RELEASE__;
/** This release and the one before: a page that is still open finds the rest of its code there. */
const KEPT = 2;

worker.addEventListener('install', (event) => event.waitUntil(fetchRelease()));
worker.addEventListener('activate', (event) => event.waitUntil(tidy()));
/** The page asks for the new release to begin now; else it waits until the last page of the old one is closed. */
worker.addEventListener('message', ({ data }) => void (data === 'begin' && worker.skipWaiting()));
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== worker.location.origin || !pathname.startsWith(HOME)) return;
  if (request.mode === 'navigate') event.respondWith(page(request));
  else event.respondWith(file(request));
});

async function fetchRelease(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(__SHELL__.map((path) => new Request(path, { cache: path.includes('/assets/') ? 'default' : 'no-cache' })));
}

async function tidy(): Promise<void> {
  const releases = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(releases.slice(0, Math.max(0, releases.length - KEPT + 1)).map((name) => caches.delete(name)));
}

/** Every address inside the app is one page. */
async function page(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(PAGE, { ignoreVary: true })) ?? fetch(request);
}

async function file(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}
