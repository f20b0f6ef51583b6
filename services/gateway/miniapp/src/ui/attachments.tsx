import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Attachment } from '../api/types';
import { language, t } from '../i18n';
import { blobUrl } from '../store/blobs';
import { complain } from '../store/toast';
import { shown } from '../store/viewer';
import { sheet } from '../store/route';
import { Icon } from './icons';
import { sizeOf } from './text';
import { Video } from './video';
import { Voice } from './voice';

const VOICES = /^audio\/(ogg|mpeg|mp4)$/;
const FILMS = /^video\/(mp4|webm|quicktime|3gpp)$/;
const PICTURES = /^image\/(png|jpeg|gif|webp)$/;

/** The files of a message: pictures and films to be seen, voices to be heard, everything else as lines to save it by. */
export function Attachments({ files }: { files: readonly Attachment[] }): JSX.Element | null {
  if (files.length === 0) return null;
  const pictures = files.filter((file) => PICTURES.test(file.content_type));
  const others = files.filter((file) => !PICTURES.test(file.content_type));
  const look = (at: number): void => {
    shown.value = { files: pictures, at };
    sheet.value = 'picture';
  };
  return (
    <>
      {pictures.length === 0 ? null : (
        <div class={`pictures ${pictures.length > 1 ? 'several' : ''} ${pictures.length % 2 === 1 ? 'odd' : ''}`}>
          {pictures.map((file, index) => (
            <Picture key={file.id} file={file} onLook={() => look(index)} />
          ))}
        </div>
      )}
      {others.map((file) => (
        <Other key={file.id} file={file} />
      ))}
    </>
  );
}

/** A player of what can be played; where the browser cannot, and of everything else, the file to save. */
function Other({ file }: { file: Attachment }): JSX.Element {
  const isLost = useSignal(false);
  const lose = (): void => void (isLost.value = true);
  if (!isLost.value && VOICES.test(file.content_type)) return <Voice file={file} onDeaf={lose} />;
  if (!isLost.value && FILMS.test(file.content_type)) return <Video file={file} onBlind={lose} />;
  return <FileLine file={file} />;
}

function Picture({ file, onLook }: { file: Attachment; onLook: () => void }): JSX.Element {
  const url = useSignal<string | null>(null);
  const broken = useSignal(false);
  const place = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const near = new IntersectionObserver(([seen]) => {
      if (seen?.isIntersecting !== true) return;
      near.disconnect();
      blobUrl(`${file.id}/preview`).then(
        (found) => (url.value = found),
        () => (broken.value = true),
      );
    });
    if (place.current !== null) near.observe(place.current);
    return () => near.disconnect();
  }, [file.id]);
  if (broken.value) return <FileLine file={file} />;
  return (
    <button ref={place} type="button" class="picture" aria-label={t('files.open', { name: file.filename })} onClick={onLook}>
      {url.value === null ? <span class="picture-ghost" /> : <img src={url.value} alt={file.filename} onError={() => (broken.value = true)} />}
    </button>
  );
}

function FileLine({ file }: { file: Attachment }): JSX.Element {
  const busy = useSignal(false);
  const press = async (): Promise<void> => {
    busy.value = true;
    await save(file).catch((error: unknown) => complain(error));
    busy.value = false;
  };
  return (
    <button type="button" class="file" disabled={busy.value} aria-busy={busy.value} title={t('files.save')} onClick={() => void press()}>
      <span class="file-mark">
        <Icon name="file" size={20} />
      </span>
      <span class="cell-text">
        <span dir="auto">{file.filename}</span>
        <span class="cell-hint">{sizeOf(file.size, language.value)}</span>
      </span>
    </button>
  );
}

/** Hand a file over to the browser to keep. */
export async function save(file: Attachment): Promise<void> {
  const link = document.createElement('a');
  link.href = await blobUrl(file.id);
  link.download = file.filename;
  link.click();
}
