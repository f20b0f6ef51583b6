import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n';
import { blobUrl } from '../store/blobs';
import { sheet } from '../store/route';
import { complain } from '../store/toast';
import { shown } from '../store/viewer';
import { save } from '../ui/attachments';
import { IconButton } from '../ui/controls';

const close = (): void => {
  sheet.value = null;
};

/** One picture over everything; a tap anywhere closes it. */
export function PictureView(): JSX.Element | null {
  const file = shown.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const url = useSignal<string | null>(null);
  useEffect(() => {
    const box = dialog.current;
    if (box !== null && !box.open) box.showModal();
    return () => box?.close();
  }, []);
  useEffect(() => {
    if (file === null) return;
    const small = blobUrl(`${file.id}/preview`).then((found) => void (url.value ??= found));
    void small.catch(() => undefined);
    blobUrl(file.id).then(
      (found) => (url.value = found),
      (error: unknown) => complain(error),
    );
  }, [file]);
  if (file === null) return null;
  return (
    <dialog ref={dialog} class="viewer" aria-label={file.filename} onClick={close} onCancel={close}>
      {url.value === null ? <span class="spinner" /> : <img src={url.value} alt={file.filename} />}
      <div class="viewer-bar" onClick={(event) => event.stopPropagation()}>
        <span dir="auto">{file.filename}</span>
        <IconButton icon="down" label={t('files.save')} onPress={() => void save(file).catch((error: unknown) => complain(error))} />
        <IconButton icon="clear" label={t('close')} onPress={close} />
      </div>
    </dialog>
  );
}
