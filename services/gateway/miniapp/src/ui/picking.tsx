import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { language, t } from '../i18n';
import { add, again, asItIs, pickedFor, remove, type Picked } from '../store/uploads';
import { Cell, IconButton } from './controls';
import { Icon } from './icons';
import { sizeOf } from './text';

interface Place {
  place: string;
}

/** Opens the system's choice of files. */
export function AttachButton({ place }: Place): JSX.Element {
  return <Choice place={place}>{(open) => <IconButton icon="clip" label={t('files.attach')} onPress={open} />}</Choice>;
}

/** The same as a line of a form. */
export function AttachCell({ place }: Place): JSX.Element {
  return <Choice place={place}>{(open) => <Cell icon={<Icon name="clip" />} text={t('files.attach')} onPress={open} />}</Choice>;
}

function Choice({ place, children }: Place & { children: (open: () => void) => JSX.Element }): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      {children(() => input.current?.click())}
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          add(place, currentTarget.files ?? []);
          currentTarget.value = '';
        }}
      />
    </>
  );
}

/** Takes files that are pasted or dropped on what is inside. */
export function DropZone({ place, children }: { place: string; children: ComponentChildren }): JSX.Element {
  const zone = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const box = zone.current?.closest<HTMLElement>('.page') ?? null;
    if (box === null) return;
    const over = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      box.classList.add('dropping');
    };
    const off = (event: DragEvent): void => {
      if (event.relatedTarget === null || !box.contains(event.relatedTarget as Node)) box.classList.remove('dropping');
    };
    const drop = (event: DragEvent): void => {
      box.classList.remove('dropping');
      if ((event.dataTransfer?.files.length ?? 0) === 0) return;
      event.preventDefault();
      add(place, event.dataTransfer?.files ?? []);
    };
    const paste = (event: ClipboardEvent): void => {
      if ((event.clipboardData?.files.length ?? 0) === 0) return;
      event.preventDefault();
      add(place, event.clipboardData?.files ?? []);
    };
    const heard = new AbortController();
    const options = { signal: heard.signal };
    box.addEventListener('dragover', over, options);
    box.addEventListener('dragleave', off, options);
    box.addEventListener('drop', drop, options);
    box.addEventListener('paste', paste, options);
    return () => heard.abort();
  }, [place]);
  return (
    <div ref={zone} class="drop-zone">
      {children}
    </div>
  );
}

/** What was picked and how far it is. */
export function Tray({ place }: { place: string }): JSX.Element | null {
  const files = pickedFor(place);
  if (files.length === 0) return null;
  return (
    <ul class="tray" aria-label={t('files.picked')}>
      {files.map((one) => (
        <PickedTile key={one.key} place={place} one={one} />
      ))}
    </ul>
  );
}

function PickedTile({ place, one }: { place: string; one: Picked }): JSX.Element {
  const { file, key } = one;
  const isNone = useSignal(false); // it only calls itself a picture
  return (
    <li class={`picked ${one.failed === null ? '' : 'failed'}`}>
      {one.preview === null || isNone.value ? (
        <span class="picked-file">
          <Icon name="file" />
          <span class="picked-name" dir="auto">
            {file.name}
          </span>
          <span class="cell-hint">{sizeOf(file.size, language.value)}</span>
        </span>
      ) : (
        <img src={one.preview} alt={file.name} onError={() => (isNone.value = true)} />
      )}
      {one.failed !== null ? (
        <IconButton icon="reopen" label={`${t('retry')}: ${file.name}`} class="picked-again" onPress={() => again(place, key)} />
      ) : one.attachment === null ? (
        <progress value={one.progress} max={1} aria-label={t('files.sending', { name: file.name })} />
      ) : null}
      {one.original === null || one.attachment === null ? null : (
        <button type="button" class="picked-original" onClick={() => asItIs(place, key)}>
          {t('files.asItIs')}
          <span class="hidden">{file.name}</span>
        </button>
      )}
      <IconButton icon="clear" label={t('files.remove', { name: file.name })} class="picked-remove" onPress={() => remove(place, key)} />
    </li>
  );
}
