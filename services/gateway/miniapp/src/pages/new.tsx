import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { BOUNDS, isStaff, PRIORITIES, type Priority } from '../api/types';
import { language, t } from '../i18n';
import { me } from '../store/core';
import { PLACE } from '../store/form';
import { changeDraft, clearDraft, draft, isEmpty, takeUpDraft } from '../store/draft';
import { loadCategories, offered } from '../store/known';
import { sendTicket } from '../store/outbox';
import { askBeforeTheFirst } from '../store/reach';
import { back, go } from '../store/route';
import { complain, show } from '../store/toast';
import { noneFailed, pass } from '../store/uploads';
import { isBlank, lengthOf } from '../store/writing';
import { haptic, insideTelegram, onMainButton, setMainButton } from '../telegram/env';
import { categoryName, CategoryIcon } from '../ui/avatar';
import { Button, IconButton, Section, Segmented } from '../ui/controls';
import { PriorityShape } from '../ui/marks';
import { TextField } from '../ui/field';
import { AttachCell, DropZone, Tray } from '../ui/picking';

export function NewPage(): JSX.Element {
  const busy = useSignal(false);
  const tried = useSignal(false);
  useEffect(() => {
    takeUpDraft();
    if (offered.value === null) void loadCategories().catch((error: unknown) => complain(error, () => void loadCategories()));
  }, []);
  const submit = async (): Promise<void> => {
    if (busy.value) return;
    tried.value = true;
    const { category_id: category, title, description, priority } = draft.value;
    if (problems().length > 0 || category === null) {
      haptic('error');
      requestAnimationFrame(() => document.querySelector<HTMLElement>('.new-page [aria-invalid="true"]')?.focus()); // once it says what is wrong
      return;
    }
    if (!noneFailed(PLACE)) return show({ text: t('files.wait') });
    busy.value = true;
    await askBeforeTheFirst();
    busy.value = false;
    const key = sendTicket({ category_id: category, priority, title: title.trim() }, description.trim(), pass(PLACE));
    clearDraft();
    go({ page: 'ticket', ref: key });
  };
  useTelegramButton(busy.value, () => void submit());
  return (
    <form
      class="page new-page"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div class="bar">
        {insideTelegram.value ? null : <IconButton icon="back" label={t('back')} onPress={back} />}
        <div class="bar-title">
          <h1>{t('new.title')}</h1>
          {isEmpty(draft.value) ? null : <p class="live-line">{t('new.draft')}</p>}
        </div>
        {isEmpty(draft.value) ? null : <Button kind="plain" onPress={clearDraft}>{t('new.draft.clear')}</Button>}
      </div>
      <div class="scroll">
        <Categories missing={tried.value && draft.value.category_id === null} />
        <Section>
          <TextField
            label={t('new.subject')}
            placeholder={t('new.subject.placeholder')}
            value={draft.value.title}
            limit={BOUNDS.title}
            problem={tried.value && isBlank(draft.value.title) ? t('new.missing.title') : null}
            onInput={(title) => changeDraft({ title })}
          />
          <TextField
            label={t('new.description')}
            placeholder={t('new.description.placeholder')}
            value={draft.value.description}
            limit={BOUNDS.description}
            rows={5}
            problem={tried.value && isBlank(draft.value.description) ? t('new.missing.description') : null}
            onInput={(description) => changeDraft({ description })}
          />
        </Section>
        <p class="section-hint">{t('new.description.hint')}</p>
        <DropZone place={PLACE}>
          <Section title={t('files.title')} hint={t('files.hint')}>
            <Tray place={PLACE} />
            <AttachCell place={PLACE} />
          </Section>
        </DropZone>
        <Priorities />
      </div>
      {insideTelegram.value ? null : (
        <div class="foot-bar">
          <Button type="submit" busy={busy.value}>
            {t('new.send')}
          </Button>
        </div>
      )}
    </form>
  );
}

/** What keeps the draft from being sent, by field. */
function problems(): string[] {
  const { category_id: category, title, description } = draft.value;
  const wrong = [];
  if (category === null) wrong.push('category');
  if (isBlank(title) || lengthOf(title) > BOUNDS.title) wrong.push('title');
  if (isBlank(description) || lengthOf(description) > BOUNDS.description) wrong.push('description');
  return wrong;
}

function useTelegramButton(busy: boolean, press: () => void): void {
  const text = t('new.send');
  const enabled = problems().length === 0;
  useEffect(() => setMainButton({ text, busy, enabled }), [text, busy, enabled]);
  useEffect(() => onMainButton(press));
  useEffect(() => () => setMainButton(null), []);
}

function Categories({ missing }: { missing: boolean }): JSX.Element {
  const chosen = draft.value.category_id;
  return (
    <fieldset class="section categories">
      <legend class="section-title">{t('new.category')}</legend>
      <div class="category-grid">
        {offered.value?.map((category, index) => (
          <label class="category-card" key={category.id}>
            <input
              type="radio"
              name="category"
              checked={chosen === category.id}
              aria-invalid={missing && index === 0 ? 'true' : undefined}
              onChange={() => {
                haptic('select');
                changeDraft({ category_id: category.id });
              }}
            />
            <CategoryIcon category={category} />
            <span class="category-name">{categoryName(category, language.value)}</span>
            <span class="category-text">{category.descriptions?.[language.value] ?? category.description}</span>
          </label>
        )) ?? Array.from({ length: 6 }, (_, index) => <span key={index} class="category-card ghost" />)}
      </div>
      {missing ? (
        <p class="field-problem" role="alert">
          {t('new.missing.category')}
        </p>
      ) : null}
    </fieldset>
  );
}

function Priorities(): JSX.Element {
  const staff = me.value !== null && isStaff(me.value);
  const options = PRIORITIES.filter((priority) => staff || priority !== 'CRITICAL').map((priority) => ({
    value: priority,
    text: t(`priority.${priority}`),
    shape: <PriorityShape priority={priority} />,
  }));
  return (
    <div class="section">
      <h2 class="section-title">{t('new.priority')}</h2>
      <Segmented<Priority> label={t('new.priority')} options={options} value={draft.value.priority} onChoose={(priority) => changeDraft({ priority })} />
    </div>
  );
}
