import type { JSX } from 'preact';
import { t } from '../i18n';
import { aim, mayReword, mayTakeBack, picked } from '../store/aim';
import { copy } from '../store/clipboard';
import { conversation } from '../store/conversation';
import { me } from '../store/core';
import { mayMove } from '../store/moving';
import { sheet } from '../store/route';
import { takeBack } from '../store/wording';
import { Cell, Section } from '../ui/controls';
import { Icon, type IconName } from '../ui/icons';
import { Quote } from '../ui/quote';
import { Sheet } from '../ui/sheet';

const close = (): void => {
  sheet.value = null;
};

/** What can be done with one message. */
export function MessageSheet(): JSX.Element | null {
  const message = picked.value;
  const ticket = conversation.value?.ticket ?? null;
  const self = me.value;
  if (message === null || ticket === null || self === null) return null;
  const isQuestion = message.id === ticket.id; // the ticket's own text: nothing can answer or change it
  const { content } = message;
  return (
    <Sheet title={t('chat.actions')} onClose={close}>
      <div class="sheet-quote">
        <Quote message={message} />
      </div>
      <Section>
        {isQuestion ? null : <Choice icon="reply" text={t('message.reply')} onPress={() => (aim.value = { kind: 'reply', message })} />}
        {content !== null && !isQuestion && mayReword(message, self) ? (
          <Choice icon="pen" text={t('message.edit')} onPress={() => (aim.value = { kind: 'edit', message, text: content })} />
        ) : null}
        {content === null || content === '' ? null : <Choice icon="copy" text={t('message.copy')} onPress={() => void copy(content)} />}
        {mayMove(message, ticket, self) ? <Choice icon="move" text={t('message.move')} onPress={() => (sheet.value = 'target')} /> : null}
        {!isQuestion && mayTakeBack(message, self) ? (
          <Choice icon="trash" text={t('message.delete')} danger onPress={() => takeBack(ticket.id, message)} />
        ) : null}
      </Section>
    </Sheet>
  );
}

function Choice(props: { icon: IconName; text: string; danger?: boolean; onPress: () => void }): JSX.Element {
  return (
    <Cell
      icon={<Icon name={props.icon} />}
      text={props.text}
      danger={props.danger === true}
      onPress={() => {
        close();
        props.onPress();
      }}
    />
  );
}
