import type { JSX } from 'preact';
import { t } from '../i18n';
import { persona, stage, type Persona } from '../store/core';
import { staysOnDevice } from '../store/device';
import { liveState, outbox } from '../store/line';

/** How the line stands and what waits for it; quiet when all is well. */
export function LiveLine(): JSX.Element {
  const state = stage.value === 'starting' ? 'connecting' : liveState.value;
  const waiting = state === 'connected' ? 0 : outbox.value.filter((item) => item.state === 'sending').length;
  const text = t(`live.${state}`) + (waiting > 0 ? ` · ${t('live.waiting', { count: waiting })}` : '');
  return (
    <p class={`live-line ${state}`} role="status">
      <span class="live-dot" aria-hidden="true" />
      {text}
    </p>
  );
}

/** Where the app itself cannot be kept on the device, it is said what offline means there. */
export function OfflineNote(): JSX.Element | null {
  return staysOnDevice || liveState.value !== 'offline' ? null : <p class="banner">{t('live.opening')}</p>;
}

const PERSONAS: Persona[] = ['customer', 'helper', 'admin'];

/** The demo's own: look through other eyes. Not there in Telegram. */
export function PersonaSwitch(): JSX.Element | null {
  if (persona.value === null) return null;
  return (
    <nav class="personas" aria-label={t('settings.demo')}>
      {PERSONAS.map((name) => (
        <a key={name} href={`?as=${name}`} aria-current={name === persona.value ? 'true' : undefined}>
          {t(`demo.${name}`)}
        </a>
      ))}
    </nav>
  );
}
