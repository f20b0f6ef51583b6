import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { broadcasts } from '../api/desk';
import type { Broadcast } from '../api/schema';
import { t } from '../i18n';
import { fullTime } from '../i18n/time';
import { useAsked } from '../store/asked';
import { broadcastId, sheet } from '../store/route';
import { textOf } from '../ui/avatar';
import { Button, Cell, Section } from '../ui/controls';
import { Empty } from '../ui/empty';
import { Waiting } from '../ui/waiting';

/** How often the progress of one under way is asked for; who got it is no event of the log. */
export const LOOK_EVERY_MS = 2_000;

const look = (id: string | null): void => {
  broadcastId.value = id;
  sheet.value = 'broadcast';
};

/** One message to many: those that were, and a new one. */
export function Broadcasts(): JSX.Element {
  const asked = useAsked(broadcasts, [sheet.value === null]);
  const items = asked.value?.items ?? [];
  useEffect(() => {
    if (!items.some(({ status }) => status === 'RUNNING')) return undefined;
    const timer = setTimeout(asked.again, LOOK_EVERY_MS);
    return () => clearTimeout(timer);
  }, [asked.value]);
  return (
    <Waiting asked={asked}>
      <div class="page-action">
        <Button kind="tinted" onPress={() => look(null)}>
          {t('broadcast.add')}
        </Button>
      </div>
      {items.length === 0 ? (
        <Empty drawing="plane" title={t('broadcast.none')} text={t('broadcast.none.text')} />
      ) : (
        <Section>
          {items.map((one) => (
            <Cell
              key={one.id}
              text={
                <span class="one-line" dir="auto">
                  {textOf(one.texts)}
                </span>
              }
              hint={
                <>
                  {`${t(`broadcast.${one.status}`)} · ${t('broadcast.progress', { done: doneOf(one), total: one.total })} · ${fullTime(one.created_at)}`}
                  {one.status === 'RUNNING' ? <Progress of={one} /> : null}
                </>
              }
              onPress={() => look(one.id)}
            />
          ))}
        </Section>
      )}
    </Waiting>
  );
}

export function doneOf({ delivered, failed, skipped }: Broadcast): number {
  return delivered + failed + skipped;
}

export function Progress({ of: one }: { of: Broadcast }): JSX.Element {
  return <progress class="progress" value={doneOf(one)} max={Math.max(1, one.total)} aria-label={t('broadcast.title')} />;
}
