import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { EVERYTHING, type Sort } from '../api/calls';
import { isStaff, PRIORITIES } from '../api/types';
import { language, t } from '../i18n';
import { me } from '../store/core';
import { loadCategories, offered } from '../store/known';
import { sheet } from '../store/route';
import { choose, filter } from '../store/tickets';
import { categoryName, CategoryIcon } from '../ui/avatar';
import { Button, Cell, Section } from '../ui/controls';
import { Icon } from '../ui/icons';
import { PriorityShape } from '../ui/marks';
import { Sheet } from '../ui/sheet';

const close = (): void => void (sheet.value = null);
const SORTS: readonly Sort[] = ['-updated_at', '-priority', 'waiting'];

/** What of the list is shown, and in which order. */
export function FilterSheet(): JSX.Element {
  const { priority, categoryId, sort, snoozed } = filter.value;
  const staff = me.value !== null && isStaff(me.value);
  useEffect(() => {
    if (offered.value === null) void loadCategories().catch(() => undefined);
  }, []);
  return (
    <Sheet title={t('filter.title')} onClose={close}>
      {staff ? (
        <>
          <Section title={t('filter.sort')}>
            {SORTS.map((each) => (
              <Cell key={each} text={t(`filter.sort.${each}`)} checked={sort === each} onPress={() => void choose({ sort: each })} />
            ))}
          </Section>
          <Section>
            <Cell icon={<Icon name="moon" />} text={t('filter.snoozed')} checked={snoozed} onPress={() => void choose({ snoozed: !snoozed })} />
          </Section>
        </>
      ) : null}
      <Section title={t('priority.title')}>
        <Cell text={t('filter.anyPriority')} checked={priority === null} onPress={() => void choose({ priority: null })} />
        {[...PRIORITIES].reverse().map((each) => (
          <Cell
            key={each}
            icon={<PriorityShape priority={each} />}
            text={t(`priority.${each}`)}
            checked={priority === each}
            onPress={() => void choose({ priority: each })}
          />
        ))}
      </Section>
      <Section title={t('filter.category')}>
        <Cell text={t('filter.any')} checked={categoryId === null} onPress={() => void choose({ categoryId: null })} />
        {offered.value?.map((each) => (
          <Cell
            key={each.id}
            icon={<CategoryIcon category={each} />}
            text={categoryName(each, language.value)}
            checked={categoryId === each.id}
            onPress={() => void choose({ categoryId: each.id })}
          />
        ))}
      </Section>
      <div class="sheet-foot">
        <Button kind="tinted" onPress={() => void choose({ ...EVERYTHING, segment: filter.value.segment, q: filter.value.q }).then(close)}>
          {t('filter.clear')}
        </Button>
      </div>
    </Sheet>
  );
}
