import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { newKey } from '../api/client';
import { changeDesk, desk } from '../api/desk';
import { BOUNDS, LANGUAGES, type Desk } from '../api/types';
import { t } from '../i18n';
import { useAsked, type Asked } from '../store/asked';
import { complain, show } from '../store/toast';
import { haptic } from '../telegram/env';
import { Button, Section } from '../ui/controls';
import { TextField } from '../ui/field';
import { Waiting } from '../ui/waiting';

const DAYS_MAX = 365;

/** What the desk is called, how it greets, and when it closes what was resolved. */
export function Rules(): JSX.Element {
  const asked = useAsked(desk, []);
  return <Waiting asked={asked}>{asked.value === null ? null : <Form desk={asked.value} put={asked.put} />}</Waiting>;
}

function Form({ desk: known, put }: { desk: Desk; put: Asked<Desk>['put'] }): JSX.Element {
  const names = useSignal(known.names);
  const greetings = useSignal(known.greetings);
  const days = useSignal(String(known.auto_close_days ?? 0));
  const busy = useSignal(false);
  const isBad = !/^\d{1,3}$/.test(days.value) || Number(days.value) > DAYS_MAX;
  const save = async (key = newKey()): Promise<void> => {
    busy.value = true;
    try {
      put((await changeDesk({ names: names.value, greetings: greetings.value, auto_close_days: Number(days.value) }, key)).body);
      haptic('success');
      show({ text: t('rules.saved') });
    } catch (error) {
      complain(error, () => void save(key));
    }
    busy.value = false;
  };
  return (
    <>
      {LANGUAGES.map((each) => (
        <Section key={each} title={t(`category.in.${each}`)}>
          <TextField
            label={t('rules.name')}
            placeholder={t('rules.name')}
            value={names.value[each] ?? ''}
            limit={BOUNDS.name}
            problem={null}
            onInput={(text) => (names.value = { ...names.value, [each]: text })}
          />
          <TextField
            label={t('rules.greeting')}
            placeholder={t('rules.greeting')}
            value={greetings.value[each] ?? ''}
            limit={BOUNDS.greeting}
            rows={3}
            problem={null}
            onInput={(text) => (greetings.value = { ...greetings.value, [each]: text })}
          />
        </Section>
      ))}
      <Section hint={t('rules.close.hint')}>
        <label class="cell">
          <span class="cell-text">{t('rules.close')}</span>
          <input
            class="number-input"
            inputMode="numeric"
            aria-invalid={isBad ? 'true' : undefined}
            value={days.value}
            onInput={(event) => (days.value = event.currentTarget.value.trim())}
          />
        </label>
      </Section>
      <p class="section-hint">{t('rules.zone', { zone: known.time_zone })}</p>
      <div class="sheet-foot">
        <Button busy={busy.value} disabled={isBad} onPress={() => void save()}>
          {t('message.save')}
        </Button>
      </div>
    </>
  );
}
