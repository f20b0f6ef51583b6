import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { newKey } from '../api/client';
import { duty, setDuty } from '../api/desk';
import { t } from '../i18n';
import { useAsked } from '../store/asked';
import { complain } from '../store/toast';
import { fullName } from '../ui/avatar';
import { Section } from '../ui/controls';
import { Toggle } from '../ui/toggle';

/** Whether one takes new tickets, and who else does. */
export function DutySwitch(): JSX.Element | null {
  const asked = useAsked(duty, []);
  const wish = useSignal<boolean | null>(null);
  const now = asked.value;
  if (now === null) return null;
  const change = (on: boolean, key = newKey()): void => {
    wish.value = on;
    setDuty(on, key)
      .then(
        ({ body }) => asked.put(body),
        (error: unknown) => complain(error, () => change(on, key)),
      )
      .finally(() => (wish.value = null));
  };
  const names = now.staff.map(fullName).join(', ');
  return (
    <Section title={t('duty.title')} hint={names === '' ? t('duty.nobody') : t('duty.who', { names })}>
      <Toggle text={t('duty.me')} on={wish.value ?? now.on_duty} onChange={change} />
    </Section>
  );
}
