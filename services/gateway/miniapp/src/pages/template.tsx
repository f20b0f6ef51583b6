import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { addTemplate, changeTemplate, removeTemplate, templates } from '../api/desk';
import type { Template } from '../api/schema';
import { BOUNDS, filled, LANGUAGES } from '../api/types';
import { language, t } from '../i18n';
import { useAsked } from '../store/asked';
import { useCommand } from '../store/command';
import { loadCategories, offered } from '../store/known';
import { lastPlace } from '../store/ordering';
import { sheet, templateId } from '../store/route';
import { lengthOf } from '../store/writing';
import { categoryName, CategoryIcon } from '../ui/avatar';
import { Button, Cell, Section } from '../ui/controls';
import { TextField } from '../ui/field';
import { Icon } from '../ui/icons';
import { Sheet } from '../ui/sheet';
import { Waiting } from '../ui/waiting';

type Form = Pick<Template, 'id' | 'name' | 'texts' | 'category_ids' | 'order'>;

/** What the server fills in; the list is the server's (`rules/templates.py`). */
const PLACEHOLDERS = ['customer.first_name', 'helper.first_name', 'ticket.number', 'ticket.title', 'ticket.category', 'desk.name'] as const;
const close = (): void => void (sheet.value = null);

/** One template: a new one, or one that is there. */
export function TemplateSheet(): JSX.Element {
  const id = templateId.value;
  const asked = useAsked(() => templates(null), []);
  const items = asked.value?.items ?? [];
  const form: Form | undefined =
    id === null ? { id: '', name: '', texts: {}, category_ids: [], order: lastPlace(items) } : items.find((each) => each.id === id);
  return (
    <Sheet title={t(id === null ? 'template.add' : 'template.change')} onClose={close}>
      <Waiting asked={asked}>{form === undefined ? null : <FormOf key={form.id} template={form} />}</Waiting>
    </Sheet>
  );
}

function FormOf({ template }: { template: Form }): JSX.Element {
  const name = useSignal(template.name);
  const texts = useSignal<Partial<Record<string, string>>>(template.texts);
  const under = useSignal(template.category_ids);
  const sure = useSignal(false);
  const { busy, run } = useCommand<unknown>(close);
  const isNew = template.id === '';
  const wish = { name: name.value.trim(), texts: filled(texts.value), category_ids: under.value };
  const save = (): void => run((key) => (isNew ? addTemplate({ ...wish, order: template.order }, key) : changeTemplate(template.id, wish, key)));
  const isWordless = Object.keys(wish.texts).length === 0;
  const isTooLong = [...LANGUAGES].some((each) => lengthOf(texts.value[each] ?? '') > BOUNDS.content) || lengthOf(wish.name) > BOUNDS.name;
  return (
    <>
      <Section>
        <TextField
          label={t('template.name')}
          placeholder={t('template.name.placeholder')}
          value={name.value}
          limit={BOUNDS.name}
          problem={null}
          onInput={(text) => (name.value = text)}
        />
      </Section>
      {LANGUAGES.map((each) => (
        <Section key={each} title={t(`category.in.${each}`)}>
          <TextField
            label={t('template.text')}
            placeholder={t('template.text.placeholder')}
            value={texts.value[each] ?? ''}
            limit={BOUNDS.content}
            rows={4}
            problem={null}
            onInput={(text) => (texts.value = { ...texts.value, [each]: text })}
          />
          <div class="placeholders" role="group" aria-label={t('template.placeholders')}>
            {PLACEHOLDERS.map((one) => (
              <button
                key={one}
                type="button"
                class="placeholder"
                onClick={() => (texts.value = { ...texts.value, [each]: `${texts.value[each] ?? ''}{${one}}` })}
              >
                {t(`template.put.${one}`)}
              </button>
            ))}
          </div>
        </Section>
      ))}
      <p class="section-hint">{t('template.placeholders.hint')}</p>
      <Under chosen={under.value} onChange={(next) => (under.value = next)} />
      {isNew ? null : (
        <Section>
          <Cell
            icon={<Icon name="trash" />}
            text={t(sure.value ? 'template.remove.sure' : 'template.remove')}
            danger
            disabled={busy}
            onPress={() => (sure.value ? run((key) => removeTemplate(template.id, key)) : (sure.value = true))}
          />
        </Section>
      )}
      <div class="sheet-foot">
        <Button busy={busy} disabled={wish.name === '' || isWordless || isTooLong} onPress={save}>
          {t('message.save')}
        </Button>
      </div>
    </>
  );
}

/** Under which categories it is offered. */
function Under({ chosen, onChange }: { chosen: string[]; onChange: (ids: string[]) => void }): JSX.Element {
  useEffect(() => {
    if (offered.value === null) void loadCategories().catch(() => undefined);
  }, []);
  const turn = (id: string): void => onChange(chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id]);
  return (
    <Section title={t('template.under')} hint={t('template.under.hint')}>
      {offered.value?.map((each) => (
        <Cell
          key={each.id}
          icon={<CategoryIcon category={each} />}
          text={categoryName(each, language.value)}
          checked={chosen.includes(each.id)}
          onPress={() => turn(each.id)}
        />
      ))}
    </Section>
  );
}
