import { t } from '../i18n';
import { show } from './toast';

/** Put words where they can be pasted from, and say whether that worked. */
export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    show({ text: t('message.copied') });
  } catch {
    show({ text: t('message.notCopied') }); // no permission here
  }
}
