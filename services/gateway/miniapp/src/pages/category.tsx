import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { addCategory, allCategories, archiveCategory, changeCategory, type CategoryWish } from '../api/desk';
import { BOUNDS, filled, LANGUAGES, type Category } from '../api/types';
import { t } from '../i18n';
import { useAsked } from '../store/asked';
import { useCommand } from '../store/command';
import { loadCategories } from '../store/known';
import { categoryId, sheet } from '../store/route';
import { CategoryIcon } from '../ui/avatar';
import { Button, Cell, Section } from '../ui/controls';
import { TextField } from '../ui/field';
import { Icon } from '../ui/icons';
import { Sheet } from '../ui/sheet';
import { Waiting } from '../ui/waiting';

type FormOf = Pick<Category, 'id' | 'name' | 'names' | 'descriptions' | 'icon' | 'color' | 'active'>;

const FRESH: FormOf = { id: '', name: '', names: {}, descriptions: {}, icon: '💬', color: '#4f7fd6', active: true };
const close = (): void => void (sheet.value = null);

/** One category: a new one, or one that is there. */
export function CategorySheet(): JSX.Element {
  const id = categoryId.value;
  const asked = useAsked(allCategories, []);
  const category = id === null ? FRESH : asked.value?.items.find((each) => each.id === id);
  return (
    <Sheet title={t(id === null ? 'category.add' : 'category.change')} onClose={close}>
      <Waiting asked={asked}>{category === undefined ? null : <Form key={category.id} category={category} />}</Waiting>
    </Sheet>
  );
}

function Form({ category }: { category: FormOf }): JSX.Element {
  const names = useSignal(category.names);
  const descriptions = useSignal(category.descriptions);
  const icon = useSignal(category.icon);
  const color = useSignal(category.color);
  const wasNamed = useSignal(category.id !== '');
  const { busy, run } = useCommand<unknown>(() => {
    void loadCategories().catch(() => undefined);
    close();
  });
  const isNew = category.id === '';
  const isArchived = !category.active;
  const wish: CategoryWish = { names: filled(names.value), descriptions: filled(descriptions.value), icon: icon.value.trim(), color: color.value };
  const save = (): void => run((key) => (isNew ? addCategory(wish, key) : changeCategory(category.id, wish, key)));
  const shelve = (): void => run((key) => (isArchived ? changeCategory(category.id, { active: true }, key) : archiveCategory(category.id, key)));
  const isNameless = Object.keys(wish.names ?? {}).length === 0;
  return (
    <>
      <div class="card-head">
        <CategoryIcon category={{ ...category, icon: icon.value, color: color.value }} size="l" />
      </div>
      {LANGUAGES.map((each) => (
        <Section key={each} title={t(`category.in.${each}`)}>
          <TextField
            label={t('category.name')}
            placeholder={t('category.name.placeholder')}
            value={names.value[each] ?? ''}
            limit={BOUNDS.name}
            problem={isNameless && wasNamed.value ? t('category.name.missing') : null}
            onInput={(text) => {
              wasNamed.value = true;
              names.value = { ...names.value, [each]: text };
            }}
          />
          <TextField
            label={t('category.text')}
            placeholder={t('category.text.placeholder')}
            value={descriptions.value[each] ?? ''}
            limit={BOUNDS.reason}
            problem={null}
            onInput={(text) => (descriptions.value = { ...descriptions.value, [each]: text })}
          />
        </Section>
      ))}
      <Section>
        <label class="cell">
          <span class="cell-text">{t('category.icon')}</span>
          <input class="emoji-input" maxLength={16} value={icon.value} onInput={(event) => (icon.value = event.currentTarget.value)} />
        </label>
        <label class="cell">
          <span class="cell-text">{t('category.color')}</span>
          <input class="color-input" type="color" value={color.value} onInput={(event) => (color.value = event.currentTarget.value)} />
        </label>
      </Section>
      {isNew ? null : (
        <Section>
          <Cell
            icon={<Icon name={isArchived ? 'reopen' : 'trash'} />}
            text={t(isArchived ? 'category.restore' : 'category.archive')}
            danger={!isArchived}
            disabled={busy}
            onPress={shelve}
          />
        </Section>
      )}
      <div class="sheet-foot">
        <Button busy={busy} disabled={isNameless || icon.value.trim() === ''} onPress={save}>
          {t('message.save')}
        </Button>
      </div>
    </>
  );
}
