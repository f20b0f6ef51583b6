import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { colleagues } from '../api/desk';
import { t } from '../i18n';
import { assignTo } from '../store/actions';
import { useAsked } from '../store/asked';
import { conversation } from '../store/conversation';
import { me } from '../store/core';
import { sheet } from '../store/route';
import { Avatar, fullName } from '../ui/avatar';
import { Cell, Section } from '../ui/controls';
import { SearchLine } from '../ui/search';
import { Sheet } from '../ui/sheet';
import { Waiting } from '../ui/waiting';

const SEARCH_PAUSE_MS = 250;

/** Who shall answer. */
export function AssignSheet(): JSX.Element | null {
  const q = useSignal('');
  const found = useAsked(() => colleagues(q.value.trim()), [q.value], SEARCH_PAUSE_MS);
  const ticket = conversation.value?.ticket ?? null;
  const close = (): void => void (sheet.value = null);
  if (ticket === null) return null;
  return (
    <Sheet title={t('assign.title')} onClose={close}>
      <SearchLine label={t('assign.search')} value={q.value} onInput={(text) => (q.value = text)} />
      <Waiting asked={found} isEmpty={found.value?.items.length === 0} empty={t('list.empty.filter.title')}>
        <Section>
          {found.value?.items.map((member) => (
            <Cell
              key={member.id}
              icon={<Avatar member={member} />}
              text={<span dir="auto">{member.id === me.value?.id ? `${fullName(member)} (${t('assign.you')})` : fullName(member)}</span>}
              hint={t(`role.${member.role}`)}
              checked={member.id === ticket.assigned_to?.id}
              onPress={() => {
                close();
                assignTo(ticket, member.id);
              }}
            />
          ))}
        </Section>
      </Waiting>
    </Sheet>
  );
}
