import type { JSX } from 'preact';
import { changeTemplate, templates } from '../api/desk';
import { t } from '../i18n';
import { useAsked } from '../store/asked';
import { useLifting } from '../store/lifting';
import { inOrder } from '../store/ordering';
import { sheet, templateId } from '../store/route';
import { Button, Cell, IconButton, Section } from '../ui/controls';
import { Empty } from '../ui/empty';
import { Waiting } from '../ui/waiting';

const edit = (id: string | null): void => {
  templateId.value = id;
  sheet.value = 'template';
};

/** Answers that need not be written anew, in the order in which `/` offers them. */
export function Templates(): JSX.Element {
  const asked = useAsked(() => templates(null), [sheet.value === null]);
  const items = inOrder(asked.value?.items ?? []);
  const { busy, lift } = useLifting(items, (id, order, key) => changeTemplate(id, { order }, key), asked.again);
  return (
    <Waiting asked={asked}>
      <div class="page-action">
        <Button kind="tinted" onPress={() => edit(null)}>
          {t('template.add')}
        </Button>
      </div>
      {items.length === 0 ? (
        <Empty drawing="calm" title={t('template.none.title')} text={t('template.none')} />
      ) : (
        <Section hint={t('template.hint')}>
          {items.map(({ id, name, text }, index) => (
            <div class="cell-with-tool" key={id}>
              <Cell
                text={<span dir="auto">{name}</span>}
                hint={
                  <span class="one-line" dir="auto">
                    {text}
                  </span>
                }
                onPress={() => edit(id)}
              />
              {index === 0 || busy ? null : <IconButton icon="up" label={t('category.lift', { name })} onPress={() => lift(index)} />}
            </div>
          ))}
        </Section>
      )}
    </Waiting>
  );
}
