import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { newKey } from '../api/client';
import { duty, setDuty } from '../api/desk';
import { atLeast, isStaff } from '../api/types';
import { t } from '../i18n';
import { useAsked } from '../store/asked';
import { me } from '../store/core';
import { go, LEAST_ROLE, ROOMS, sheet, type Room } from '../store/route';
import { complain } from '../store/toast';
import { isWide } from '../store/wide';
import { fullName } from '../ui/avatar';
import { Cell, Section } from '../ui/controls';
import { Icon, type IconName } from '../ui/icons';
import { Toggle } from '../ui/toggle';

const ICONS: Record<Room, IconName> = {
  statistics: 'chart',
  members: 'people',
  templates: 'copy',
  broadcasts: 'horn',
  categories: 'grid',
  programs: 'link',
  rules: 'gear',
};

/** What the settings hold for staff: their duty, and the ways to where the desk is looked after. */
export function StaffSettings(): JSX.Element | null {
  const self = me.value;
  if (self === null || !isStaff(self)) return null;
  return (
    <>
      <DutySwitch />
      <Section title={t('desk.title')}>
        {ROOMS.filter((room) => atLeast(self, LEAST_ROLE[room])).map((room) => (
          <Cell key={room} icon={<Icon name={ICONS[room]} />} text={t(`desk.${room}`)} onPress={() => go({ page: 'desk', room })} />
        ))}
        {isWide.value ? <Cell icon={<Icon name="keys" />} text={t('keys.title')} onPress={() => (sheet.value = 'keys')} /> : null}
      </Section>
    </>
  );
}

/** Whether one takes new tickets, and who else does. */
function DutySwitch(): JSX.Element | null {
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
