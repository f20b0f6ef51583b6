import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Attachment } from '../api/types';
import { t } from '../i18n';
import { blobUrl } from '../store/blobs';
import { sheet } from '../store/route';
import { complain } from '../store/toast';
import { shown, turn } from '../store/viewer';
import { save } from '../ui/attachments';
import { IconButton } from '../ui/controls';

const close = (): void => {
  sheet.value = null;
};
/** A finger that moved less than this only tapped. */
const SWIPE_PX = 48;

/** The pictures of a message over everything, one at a time: arrows and swipes turn, a tap beside closes. */
export function PictureView(): JSX.Element | null {
  const now = shown.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const from = useRef<{ x: number; y: number } | null>(null);
  useEffect(() => {
    const box = dialog.current;
    if (box !== null && !box.open) box.showModal();
    return () => box?.close();
  }, []);
  const file = now?.files[now.at];
  if (now === null || file === undefined) return null;
  const { files, at } = now;
  const lifted = ({ changedTouches: [touch] }: TouchEvent): void => {
    const [x, y] = [(touch?.clientX ?? 0) - (from.current?.x ?? 0), (touch?.clientY ?? 0) - (from.current?.y ?? 0)];
    if (Math.abs(x) > SWIPE_PX && Math.abs(x) > Math.abs(y)) turn(x < 0 ? 1 : -1);
    else if (y > SWIPE_PX * 2) close();
  };
  return (
    <dialog
      ref={dialog}
      class="viewer"
      aria-label={t('files.view')}
      onClick={close}
      onCancel={close}
      onKeyDown={({ key }) => {
        if (key === 'ArrowRight') turn(1);
        else if (key === 'ArrowLeft') turn(-1);
      }}
      onTouchStart={({ touches: [touch] }) => (from.current = touch === undefined ? null : { x: touch.clientX, y: touch.clientY })}
      onTouchEnd={lifted}
    >
      <Large key={file.id} file={file} />
      {files.length > 1 ? (
        <div onClick={(event) => event.stopPropagation()}>
          {at > 0 ? <IconButton icon="back" label={t('files.previous')} class="viewer-turn previous" onPress={() => turn(-1)} /> : null}
          {at < files.length - 1 ? <IconButton icon="next" label={t('files.next')} class="viewer-turn next" onPress={() => turn(1)} /> : null}
        </div>
      ) : null}
      <div class="viewer-bar" onClick={(event) => event.stopPropagation()}>
        <span class="viewer-name" dir="auto">
          {file.filename}
        </span>
        {files.length > 1 ? (
          <span role="status" class="viewer-count">
            {t('files.which', { at: at + 1, of: files.length })}
          </span>
        ) : null}
        <IconButton icon="down" label={t('files.save')} onPress={() => void save(file).catch((error: unknown) => complain(error))} />
        <IconButton icon="clear" label={t('close')} onPress={close} />
      </div>
    </dialog>
  );
}

/** The small picture at once, the whole one as soon as it is here. */
function Large({ file }: { file: Attachment }): JSX.Element {
  const url = useSignal<string | null>(null);
  useEffect(() => {
    let isGone = false;
    const small = blobUrl(`${file.id}/preview`).then((found) => void (isGone || (url.value ??= found)));
    void small.catch(() => undefined);
    blobUrl(file.id).then(
      (found) => void (isGone || (url.value = found)),
      (error: unknown) => complain(error),
    );
    return () => void (isGone = true);
  }, []);
  return url.value === null ? <span class="spinner" /> : <img src={url.value} alt={file.filename} />;
}
