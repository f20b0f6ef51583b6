import type { JSX } from 'preact';
import { atLeast, isStaff } from '../api/types';
import { t } from '../i18n';
import { me } from '../store/core';
import { back, go, ROOMS, route, type Room } from '../store/route';
import { insideTelegram } from '../telegram/env';
import { Chips, IconButton } from '../ui/controls';
import { Categories } from './categories';
import { Members } from './members';
import { Rules } from './rules';

/** Where the desk itself is looked after: its people, its categories, its rules. */
export function DeskPage(): JSX.Element | null {
  const now = route.value;
  const self = me.value;
  if (now.page !== 'desk' || self === null || !isStaff(self)) return null;
  const isAdmin = atLeast(self, 'ADMIN');
  const room = isAdmin ? now.room : 'members';
  return (
    <div class="page desk-page">
      <div class="bar">
        {insideTelegram.value ? null : <IconButton icon="back" label={t('back')} onPress={back} />}
        <div class="bar-title">
          <h1>{t(`desk.${room}`)}</h1>
        </div>
      </div>
      <div class="scroll">
        {isAdmin ? (
          <Chips<Room>
            label={t('desk.title')}
            options={ROOMS.map((value) => ({ value, text: t(`desk.${value}`) }))}
            value={room}
            onChoose={(chosen) => go({ page: 'desk', room: chosen })}
          />
        ) : null}
        {room === 'members' ? <Members /> : room === 'categories' ? <Categories /> : <Rules />}
      </div>
    </div>
  );
}
