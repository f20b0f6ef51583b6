import type { JSX } from 'preact';
import { t } from '../i18n';
import { retrySignIn, stage, type Stage } from '../store/core';
import { Button } from '../ui/controls';
import { Empty } from '../ui/empty';

type Shut = Exclude<Stage, 'starting' | 'in'>;

const DRAWING: Record<Shut, 'plane' | 'door' | 'broken' | 'calm'> = {
  outside: 'plane',
  link: 'door',
  over: 'door',
  blocked: 'door',
  unreachable: 'broken',
};

/** The one clear screen when somebody cannot come in. */
export function Gate(): JSX.Element {
  const why = stage.value as Shut;
  return (
    <main class="centre gate">
      <Empty isPage drawing={DRAWING[why]} title={t(`gate.${why}.title`)} text={t(`gate.${why}.text`)}>
        {why === 'link' ? null : (
          <Button kind="tinted" onPress={() => void retrySignIn()}>
            {t('retry')}
          </Button>
        )}
      </Empty>
    </main>
  );
}
