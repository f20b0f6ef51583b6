import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Answer } from '../api/client';
import { endOthers, endSession, sessions } from '../api/self';
import type { SignedIn } from '../api/types';
import { t } from '../i18n';
import { fullTime } from '../i18n/time';
import { useAsked } from '../store/asked';
import { persona, signOut } from '../store/core';
import { complain } from '../store/toast';
import { haptic, insideTelegram } from '../telegram/env';
import { Cell, Section } from '../ui/controls';
import { Icon } from '../ui/icons';
import { Waiting } from '../ui/waiting';

/** Where one is signed in, and a way out of each. */
export function Sessions(): JSX.Element {
  const asked = useAsked(sessions, []);
  const end = (call: () => Promise<Answer<null>>): void => {
    call().then(
      () => {
        haptic('success');
        asked.again();
      },
      (error: unknown) => complain(error, () => end(call)),
    );
  };
  const items = asked.value?.items ?? [];
  return (
    <Waiting asked={asked}>
      <Section title={t('sessions.title')}>
        {items.map((session) => (
          <One key={session.id} session={session} onEnd={() => end(() => endSession(session.id))} />
        ))}
        {persona.value === null && !insideTelegram.value ? (
          <Cell icon={<Icon name="door" />} text={t('sessions.leave')} danger onPress={() => void signOut().catch((error: unknown) => complain(error))} />
        ) : null}
        {items.length > 1 ? <Cell icon={<Icon name="door" />} text={t('sessions.others')} danger onPress={() => end(endOthers)} /> : null}
      </Section>
    </Waiting>
  );
}

function One({ session, onEnd }: { session: SignedIn; onEnd: () => void }): JSX.Element {
  const sure = useSignal(false);
  if (session.current) return <Cell icon={<Icon name="device" />} text={session.client} hint={t('sessions.this')} />;
  return (
    <Cell
      icon={<Icon name="device" />}
      text={session.client}
      hint={sure.value ? t('sessions.sure') : t('sessions.used', { time: fullTime(session.used_at) })}
      danger={sure.value}
      onPress={() => (sure.value ? onEnd() : (sure.value = true))}
    />
  );
}
