import type { ComponentChildren, JSX } from 'preact';
import { t } from '../i18n';
import type { Asked } from '../store/asked';
import { Button } from './controls';

/** What was asked for, or that it is on its way, or that it did not come, or that there is nothing. */
export function Waiting(props: { asked: Pick<Asked<unknown>, 'value' | 'failed' | 'again'>; isEmpty?: boolean; empty?: string; children: ComponentChildren }): JSX.Element {
  const { value, failed, again } = props.asked;
  if (value !== null) return <>{props.isEmpty === true ? <p class="list-end">{props.empty}</p> : props.children}</>;
  if (!failed) return <div class="waiting">{<span class="spinner" role="status" aria-label={t('live.connecting')} />}</div>;
  return (
    <div class="waiting">
      <p>{t('list.failed.title')}</p>
      <Button kind="tinted" onPress={again}>
        {t('retry')}
      </Button>
    </div>
  );
}
