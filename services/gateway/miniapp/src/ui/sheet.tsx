import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../i18n';
import { IconButton } from './controls';

/** A page that slides over the page. The browser keeps the focus inside and closes it on Escape. */
export function Sheet(props: { title: string; onClose: () => void; children: ComponentChildren }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const shown = dialog.current;
    if (shown !== null && !shown.open) {
      shown.showModal();
      if (document.activeElement?.matches('.sheet-head .icon-button')) shown.focus(); // the page is read from its name on, and nothing looks chosen
    }
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class="sheet"
      tabIndex={-1}
      aria-label={props.title}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) props.onClose();
      }}
    >
      <div class="sheet-inside">
        <header class="sheet-head">
          <h2>{props.title}</h2>
          <IconButton icon="clear" label={t('close')} onPress={props.onClose} class="round" />
        </header>
        <div class="sheet-body">{props.children}</div>
      </div>
    </dialog>
  );
}
