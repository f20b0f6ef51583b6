import type { JSX } from 'preact';
import { t } from '../i18n';
import { conversation } from '../store/conversation';
import { me } from '../store/core';
import { About, Moves } from './actions';
import { PersonCard } from './person';

/** The third column of a wide screen: whose ticket that is, what they asked before, what can be done. */
export function AsidePane(): JSX.Element | null {
  const ticket = conversation.value?.ticket ?? null;
  const self = me.value;
  if (ticket === null || self === null) return null;
  return (
    <div class="page aside-page">
      <div class="bar">
        <div class="bar-title">
          <h2>{t('aside.title')}</h2>
        </div>
      </div>
      <div class="scroll">
        <About ticket={ticket} self={self} />
        <Moves ticket={ticket} self={self} />
        {ticket.user === null ? null : <PersonCard key={ticket.user.id} id={ticket.user.id} />}
      </div>
    </div>
  );
}
