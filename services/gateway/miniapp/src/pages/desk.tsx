import type { JSX } from 'preact';
import { atLeast, isStaff } from '../api/types';
import { t } from '../i18n';
import { me } from '../store/core';
import { back, go, LEAST_ROLE, ROOMS, route, type Room } from '../store/route';
import { insideTelegram } from '../telegram/env';
import { Chips, IconButton } from '../ui/controls';
import { Broadcasts } from './broadcasts';
import { Categories } from './categories';
import { staffPage } from './later';
import { Members } from './members';
import { Rules } from './rules';
import { Statistics } from './statistics';
import { Templates } from './templates';

const Programs = staffPage(() => import('./programs').then((room) => room.Programs));

function Inside({ room }: { room: Room }): JSX.Element {
  switch (room) {
    case 'statistics':
      return <Statistics />;
    case 'members':
      return <Members />;
    case 'templates':
      return <Templates />;
    case 'broadcasts':
      return <Broadcasts />;
    case 'categories':
      return <Categories />;
    case 'programs':
      return <Programs />;
    case 'rules':
      return <Rules />;
  }
}

/** Where the desk itself is looked after: its people, its categories, its rules. */
export function DeskPage(): JSX.Element | null {
  const now = route.value;
  const self = me.value;
  if (now.page !== 'desk' || self === null || !isStaff(self)) return null;
  const open = ROOMS.filter((each) => atLeast(self, LEAST_ROLE[each]));
  const room = open.includes(now.room) ? now.room : 'members';
  return (
    <div class="page desk-page">
      <div class="bar">
        {insideTelegram.value ? null : <IconButton icon="back" label={t('back')} onPress={back} />}
        <div class="bar-title">
          <h1>{t(`desk.${room}`)}</h1>
        </div>
      </div>
      <div class="scroll">
        <Chips<Room>
          label={t('desk.title')}
          options={open.map((value) => ({ value, text: t(`desk.${value}`) }))}
          value={room}
          onChoose={(chosen) => go({ page: 'desk', room: chosen })}
        />
        <Inside room={room} />
      </div>
    </div>
  );
}
