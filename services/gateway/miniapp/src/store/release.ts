// The app on the device: put there once, and told of when a newer one is ready.
import { t } from '../i18n';
import { staysOnDevice } from './device';
import { show } from './toast';

const LOOK_EVERY_MS = 3_600_000;

export async function keepApp(): Promise<void> {
  if (!staysOnDevice || !import.meta.env.PROD) return;
  const registration = await navigator.serviceWorker.register('/app/sw.js').catch(() => null);
  if (registration === null) return; // storage is refused here
  watch(registration);
  let looked = Date.now();
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible' || Date.now() - looked < LOOK_EVERY_MS) return;
    looked = Date.now();
    registration.update().catch(() => undefined); // no network: another time
  });
}

function watch(registration: ServiceWorkerRegistration): void {
  const offer = (): void => {
    const next = registration.waiting;
    if (next !== null && navigator.serviceWorker.controller !== null) offerRelease(next); // the very first one is no news
  };
  offer();
  registration.addEventListener('updatefound', () => {
    const coming = registration.installing;
    coming?.addEventListener('statechange', () => coming.state === 'installed' && offer());
  });
}

function offerRelease(next: ServiceWorker): void {
  const begin = (): void => {
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
    next.postMessage('begin');
  };
  show({ text: t('release.ready'), action: { text: t('release.begin'), run: begin } });
}
