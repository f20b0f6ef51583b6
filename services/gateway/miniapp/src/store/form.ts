// A ticket that was refused, back in the form it was written in.
import { t } from '../i18n';
import { changeDraft, draft, isEmpty, takeUpDraft } from './draft';
import { behind, takeOut } from './outbox';
import { go } from './route';
import { inOne, type Unsent } from './sending';
import { show } from './toast';
import { pickAgain, pickedFor } from './uploads';

/** Where files are picked that go with a ticket which is not there yet. */
export const PLACE = 'new';

/** To be changed and sent anew, under another key. What else stands in the form comes first. */
export async function backToForm(item: Unsent): Promise<void> {
  takeUpDraft();
  if (isEmpty(draft.value) && pickedFor(PLACE).length === 0) {
    const { description, uploads } = inOne(item, behind(item));
    changeDraft({ ...item.opens, description });
    takeOut(item);
    await pickAgain(PLACE, uploads);
  } else {
    show({ text: t('unsent.draftFirst') });
  }
  go({ page: 'new' });
}
