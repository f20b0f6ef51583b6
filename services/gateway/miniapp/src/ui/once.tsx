import type { JSX } from 'preact';
import { t } from '../i18n';
import { copy } from '../store/clipboard';
import { Button, Section } from './controls';

/** A secret: it stands here once and nowhere else. */
export function Once({ title, hint, words }: { title: string; hint: string; words: string }): JSX.Element {
  return (
    <Section title={title} hint={hint}>
      <div class="cell">
        <span class="cell-text secret">{words}</span>
      </div>
      <div class="cell">
        <Button kind="tinted" onPress={() => void copy(words)}>
          {t('message.copy')}
        </Button>
      </div>
    </Section>
  );
}
