import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { BOUNDS } from '../api/types';
import { t } from '../i18n';
import { acting, rate } from '../store/actions';
import { conversation } from '../store/conversation';
import { sheet } from '../store/route';
import { show } from '../store/toast';
import { lengthOf } from '../store/writing';
import { haptic } from '../telegram/env';
import { Button, Section } from '../ui/controls';
import { TextField } from '../ui/field';
import { Star } from '../ui/stars';
import { Sheet } from '../ui/sheet';

const SCORES = [1, 2, 3, 4, 5] as const;

/** How well the question was answered. */
export function RateSheet(): JSX.Element | null {
  const score = useSignal<(typeof SCORES)[number] | null>(null);
  const comment = useSignal('');
  const ticket = conversation.value?.ticket ?? null;
  const close = (): void => void (sheet.value = null);
  if (ticket === null) return null;
  const send = async (): Promise<void> => {
    if (score.value === null || !(await rate(ticket, score.value, comment.value.trim()))) return;
    close();
    show({ text: t('rate.thanks') });
  };
  return (
    <Sheet title={t('rate.title')} onClose={close}>
      <div class="stars" role="radiogroup" aria-label={t('rate.title')}>
        {SCORES.map((each) => (
          <label key={each}>
            <input
              type="radio"
              name="score"
              checked={score.value === each}
              onChange={() => {
                score.value = each;
                haptic('select');
              }}
            />
            <Star full={score.value !== null && each <= score.value} size={40} />
            <span class="hidden">{t(`rate.${each}`)}</span>
          </label>
        ))}
      </div>
      <p class="stars-word" aria-live="polite">
        {score.value === null ? t('rate.hint') : t(`rate.${score.value}`)}
      </p>
      <Section>
        <TextField
          label={t('rate.comment')}
          placeholder={t('rate.comment.placeholder')}
          value={comment.value}
          limit={BOUNDS.reason}
          rows={2}
          problem={null}
          onInput={(text) => (comment.value = text)}
        />
      </Section>
      <div class="sheet-foot">
        <Button busy={acting.value} disabled={score.value === null || lengthOf(comment.value) > BOUNDS.reason} onPress={() => void send()}>
          {t('rate.send')}
        </Button>
      </div>
    </Sheet>
  );
}
