import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { setBlocked } from '../api/desk';
import { BOUNDS } from '../api/types';
import { t } from '../i18n';
import { useCommand } from '../store/command';
import { openPerson, personId, sheet } from '../store/route';
import { isBeside } from '../store/wide';
import { lengthOf } from '../store/writing';
import { Button, Cell, Section } from '../ui/controls';
import { TextField } from '../ui/field';
import { Sheet } from '../ui/sheet';

const TERMS = ['day', 'week', 'month', 'ever'] as const;
type Term = (typeof TERMS)[number];
const DAYS: Record<Exclude<Term, 'ever'>, number> = { day: 1, week: 7, month: 30 };
const DAY_MS = 86_400_000;

/** Shut somebody out: why, and until when. */
export function BlockSheet(): JSX.Element | null {
  const id = personId.value;
  const reason = useSignal('');
  const term = useSignal<Term>('week');
  const done = (): void => (isBeside.value || id === null ? void (sheet.value = null) : openPerson(id));
  const { busy, run } = useCommand<unknown>(done);
  if (id === null) return null;
  const block = (): void => {
    const until = term.value === 'ever' ? null : new Date(Date.now() + DAYS[term.value] * DAY_MS).toISOString();
    run((key) => setBlocked(id, { blocked: true, until, ...(reason.value.trim() === '' ? {} : { reason: reason.value.trim() }) }, key));
  };
  return (
    <Sheet title={t('person.block')} onClose={done}>
      <Section hint={t('block.reason.hint')}>
        <TextField
          label={t('block.reason')}
          placeholder={t('block.reason.placeholder')}
          value={reason.value}
          limit={BOUNDS.reason}
          rows={2}
          problem={null}
          onInput={(text) => (reason.value = text)}
        />
      </Section>
      <Section title={t('block.term')} hint={t('person.block.hint')}>
        {TERMS.map((each) => (
          <Cell key={each} text={t(`block.term.${each}`)} checked={term.value === each} onPress={() => (term.value = each)} />
        ))}
      </Section>
      <div class="sheet-foot">
        <Button kind="danger" busy={busy} disabled={lengthOf(reason.value) > BOUNDS.reason} onPress={block}>
          {t('person.block')}
        </Button>
      </div>
    </Sheet>
  );
}
