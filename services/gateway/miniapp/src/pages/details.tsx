import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { BOUNDS, type Details, type Ticket } from '../api/types';
import { language, t } from '../i18n';
import { acting, changeDetails } from '../store/actions';
import { conversation } from '../store/conversation';
import { loadCategories, offered } from '../store/known';
import { sheet } from '../store/route';
import { complain } from '../store/toast';
import { isBlank, lengthOf } from '../store/writing';
import { categoryName, CategoryIcon } from '../ui/avatar';
import { Button, Cell, Section } from '../ui/controls';
import { TextField } from '../ui/field';
import { Icon } from '../ui/icons';
import { Sheet } from '../ui/sheet';

const close = (): void => void (sheet.value = null);

/** What a ticket is called, what it is about, how staff find it again. */
export function DetailsSheet(): JSX.Element | null {
  const ticket = conversation.value?.ticket ?? null;
  return ticket === null ? null : <DetailsOf ticket={ticket} />;
}

function DetailsOf({ ticket }: { ticket: Ticket }): JSX.Element {
  const title = useSignal(ticket.title ?? '');
  const category = useSignal(ticket.category?.id);
  const tags = useSignal(ticket.tags);
  useEffect(() => {
    if (offered.value === null) void loadCategories().catch(complain);
  }, []);
  const save = async (): Promise<void> => {
    const wish: Details = {};
    if (title.value.trim() !== ticket.title) wish.title = title.value.trim();
    if (category.value !== undefined && category.value !== ticket.category?.id) wish.category_id = category.value;
    if (tags.value.join() !== ticket.tags.join()) wish.tags = tags.value;
    if (Object.keys(wish).length === 0 || (await changeDetails(ticket, wish))) close();
  };
  const isBad = isBlank(title.value) || lengthOf(title.value) > BOUNDS.title;
  return (
    <Sheet title={t('details.title')} onClose={close}>
      <Section>
        <TextField
          label={t('new.subject')}
          placeholder={t('new.subject.placeholder')}
          value={title.value}
          limit={BOUNDS.title}
          problem={isBlank(title.value) ? t('new.missing.title') : null}
          onInput={(text) => (title.value = text)}
        />
      </Section>
      <Tags tags={tags.value} onChange={(next) => (tags.value = next)} />
      <Section title={t('details.category')}>
        {offered.value?.map((each) => (
          <Cell
            key={each.id}
            icon={<CategoryIcon category={each} />}
            text={categoryName(each, language.value)}
            checked={each.id === category.value}
            onPress={() => (category.value = each.id)}
          />
        ))}
      </Section>
      <div class="sheet-foot">
        <Button busy={acting.value} disabled={isBad} onPress={() => void save()}>
          {t('message.save')}
        </Button>
      </div>
    </Sheet>
  );
}

function Tags({ tags, onChange }: { tags: string[]; onChange: (tags: string[]) => void }): JSX.Element {
  const typed = useSignal('');
  const add = (): void => {
    const fresh = typed.value.split(',').map((tag) => tag.trim().slice(0, BOUNDS.tag));
    typed.value = '';
    onChange([...new Set([...tags, ...fresh.filter((tag) => tag !== '')])].slice(0, BOUNDS.tags));
  };
  return (
    <Section title={t('details.tags')} hint={t('details.tags.hint')}>
      <div class="tags">
        {tags.map((tag) => (
          <button key={tag} type="button" class="tag" onClick={() => onChange(tags.filter((other) => other !== tag))}>
            <span dir="auto">{tag}</span>
            <span class="hidden">{t('details.tags.remove')}</span>
            <Icon name="clear" size={16} />
          </button>
        ))}
        <input
          aria-label={t('details.tags.add')}
          placeholder={t('details.tags.add')}
          value={typed.value}
          onInput={(event) => {
            typed.value = event.currentTarget.value;
            if (typed.value.includes(',')) add();
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            add();
          }}
          onBlur={add}
        />
      </div>
    </Section>
  );
}
