import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Ticket } from '../api/types';
import { t } from '../i18n';
import { fullTime } from '../i18n/time';
import { putAside } from '../store/actions';
import { conversation } from '../store/conversation';
import { isAsleep } from '../store/listing';
import { sheet } from '../store/route';
import { Button, Cell, Section } from '../ui/controls';
import { Icon } from '../ui/icons';
import { Sheet } from '../ui/sheet';

const close = (): void => void (sheet.value = null);
const MORNING_H = 9;
const HOUR_MS = 3_600_000;

/** Moments people put things aside until, on this device's clock. */
export function moments(now: Date): { name: 'hour' | 'hours' | 'tomorrow' | 'monday'; at: Date }[] {
  const morningIn = (days: number): Date => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, MORNING_H);
  const toMonday = (8 - now.getDay()) % 7 || 7;
  return [
    { name: 'hour', at: new Date(now.getTime() + HOUR_MS) },
    { name: 'hours', at: new Date(now.getTime() + 3 * HOUR_MS) },
    { name: 'tomorrow', at: morningIn(1) },
    ...(toMonday > 1 ? [{ name: 'monday' as const, at: morningIn(toMonday) }] : []),
  ];
}

/** Out of one's own queue until a moment. */
export function SnoozeSheet(): JSX.Element | null {
  const ticket = conversation.value?.ticket ?? null;
  return ticket === null ? null : <SnoozeOf ticket={ticket} />;
}

function SnoozeOf({ ticket }: { ticket: Ticket }): JSX.Element {
  const other = useSignal('');
  const until = (at: Date | null): void => {
    close();
    void putAside(ticket, at);
  };
  const isAhead = Date.parse(other.value) > Date.now();
  return (
    <Sheet title={t('snooze.title')} onClose={close}>
      <Section hint={t('snooze.hint')}>
        {isAsleep(ticket) ? <Cell icon={<Icon name="queue" />} text={t('snooze.wake')} onPress={() => until(null)} /> : null}
        {moments(new Date()).map(({ name, at }) => (
          <Cell key={name} icon={<Icon name="moon" />} text={t(`snooze.${name}`)} hint={fullTime(at.toISOString())} onPress={() => until(at)} />
        ))}
      </Section>
      <Section title={t('snooze.other')}>
        <label class="cell">
          <span class="hidden">{t('snooze.other')}</span>
          <input class="time-input" type="datetime-local" value={other.value} onInput={(event) => (other.value = event.currentTarget.value)} />
          <Button kind="tinted" disabled={!isAhead} onPress={() => until(new Date(other.value))}>
            {t('snooze.set')}
          </Button>
        </label>
      </Section>
    </Sheet>
  );
}
