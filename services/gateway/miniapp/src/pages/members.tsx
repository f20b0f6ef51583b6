import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { members } from '../api/desk';
import { atLeast, countOf, type Member, type Role } from '../api/types';
import { counted, t } from '../i18n';
import { useAsked } from '../store/asked';
import { me } from '../store/core';
import { openPerson, sheet } from '../store/route';
import { Avatar, fullName } from '../ui/avatar';
import { Button, Cell, Chips, Section } from '../ui/controls';
import { Icon } from '../ui/icons';
import { SearchLine } from '../ui/search';
import { Waiting } from '../ui/waiting';

const SEARCH_PAUSE_MS = 250;
const ROLES = ['USER', 'HELPER', 'MODERATOR', 'ADMIN'] as const;

/** Who is here, the newest first. */
export function Members(): JSX.Element {
  const q = useSignal('');
  const role = useSignal<Role | 'ALL'>('ALL');
  const isCovered = sheet.value !== null; // a card may change somebody: read again once it is closed
  const wanted = role.value === 'ALL' ? null : role.value;
  const asked = useAsked(() => members(q.value.trim(), wanted), [q.value, wanted, isCovered], SEARCH_PAUSE_MS);
  const found = asked.value;
  const isCut = found !== null && found.total > found.items.length;
  return (
    <>
      <div class="filters">
        <SearchLine label={t('members.search')} value={q.value} onInput={(text) => (q.value = text)} />
        <Chips<Role | 'ALL'>
          label={t('person.role')}
          options={[{ value: 'ALL', text: t('list.all') }, ...ROLES.map((value) => ({ value, text: t(`role.${value}`) }))]}
          value={role.value}
          onChoose={(chosen) => (role.value = chosen)}
        />
      </div>
      {me.value !== null && atLeast(me.value, 'ADMIN') ? (
        <div class="page-action">
          <Button kind="tinted" onPress={() => (sheet.value = 'invite')}>
            {t('invite.title')}
          </Button>
        </div>
      ) : null}
      <Waiting asked={asked} isEmpty={found?.items.length === 0} empty={t('list.empty.filter.title')}>
        <Section {...(isCut ? { hint: counted('members.more', countOf(found)) } : {})}>
          {found?.items.map((member) => (
            <One key={member.id} member={member} />
          ))}
        </Section>
      </Waiting>
    </>
  );
}

function One({ member }: { member: Member }): JSX.Element {
  const blocked = (
    <span class="mark danger-text">
      <Icon name="lock" size={16} />
      {t('person.blocked')}
    </span>
  );
  return (
    <Cell
      icon={<Avatar member={member} />}
      text={<span dir="auto">{fullName(member)}</span>}
      hint={`${member.username === null ? '' : `@${member.username} · `}${t(`role.${member.role}`)}`}
      after={member.blocked === true ? blocked : null}
      onPress={() => openPerson(member.id)}
    />
  );
}
