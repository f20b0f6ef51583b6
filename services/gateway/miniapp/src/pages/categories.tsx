import type { JSX } from 'preact';
import { allCategories, changeCategory } from '../api/desk';
import type { Category } from '../api/types';
import { language, t } from '../i18n';
import { useAsked } from '../store/asked';
import { categories } from '../store/known';
import { useLifting } from '../store/lifting';
import { inOrder } from '../store/ordering';
import { categoryId, sheet } from '../store/route';
import { categoryName, CategoryIcon } from '../ui/avatar';
import { Button, Cell, IconButton, Section } from '../ui/controls';
import { Waiting } from '../ui/waiting';

const edit = (id: string | null): void => {
  categoryId.value = id;
  sheet.value = 'category';
};

/** What questions can be about, in the order people see. */
export function Categories(): JSX.Element {
  const asked = useAsked(allCategories, [categories.value, sheet.value === null]);
  const items = inOrder(asked.value?.items ?? []);
  const active = items.filter((category) => category.active !== false);
  const archived = items.filter((category) => category.active === false);
  const { busy, lift } = useLifting(active, (id, order, key) => changeCategory(id, { order }, key), asked.again);
  return (
    <Waiting asked={asked}>
      <div class="page-action">
        <Button kind="tinted" onPress={() => edit(null)}>
          {t('category.add')}
        </Button>
      </div>
      <Section>
        {active.map((category, index) => (
          <div class="cell-with-tool" key={category.id}>
            <One category={category} />
            {index === 0 || busy ? null : (
              <IconButton icon="up" label={t('category.lift', { name: categoryName(category, language.value) })} onPress={() => lift(index)} />
            )}
          </div>
        ))}
      </Section>
      {archived.length === 0 ? null : (
        <Section title={t('category.archived')} hint={t('category.archived.hint')}>
          {archived.map((category) => (
            <One key={category.id} category={category} />
          ))}
        </Section>
      )}
    </Waiting>
  );
}

function One({ category }: { category: Category }): JSX.Element {
  return (
    <Cell
      icon={<CategoryIcon category={category} />}
      text={categoryName(category, language.value)}
      hint={category.descriptions?.[language.value] ?? category.description ?? ''}
      onPress={() => edit(category.id)}
    />
  );
}
