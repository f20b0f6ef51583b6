import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Attachment } from '../api/types';
import { language, t } from '../i18n';
import { blobUrl } from '../store/blobs';
import { complain } from '../store/toast';
import { Icon } from './icons';
import { playsAlone } from './playing';
import { sizeOf } from './text';

/** Up to so many bytes a video is fetched when it is in sight, and its first frame shown; a larger one when it is played. */
const AT_SIGHT = 3 * 1024 * 1024;
/** What the bot calls the videos that Telegram has no name for; the square ones of them are its round messages. */
const NAMELESS = 'video.mp4';

/** Played in place. `onBlind`: this browser cannot play it. */
export function Video({ file, onBlind }: { file: Attachment; onBlind: () => void }): JSX.Element {
  const url = useSignal<string | null>(null);
  const isBusy = useSignal(false);
  const isOn = useSignal(false);
  const hasBegun = useSignal(false);
  const isRound = useSignal(false);
  const place = useRef<HTMLDivElement>(null);
  const player = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const near = new IntersectionObserver(([seen]) => {
      if (seen?.isIntersecting !== true) return;
      near.disconnect();
      blobUrl(file.id).then(
        (found) => (url.value = found),
        () => undefined, // pressing asks again
      );
    });
    if (place.current !== null && file.size <= AT_SIGHT) near.observe(place.current);
    return () => near.disconnect();
  }, [file.id]);
  useEffect(() => () => player.current?.pause(), []);
  const press = async (): Promise<void> => {
    const film = player.current;
    if (film === null || isBusy.value) return;
    if (isOn.value) return film.pause();
    try {
      isBusy.value = true;
      url.value ??= await blobUrl(file.id);
      if (film.src === '') film.src = url.value; // before the next frame is drawn: the press still counts as one
      await film.play();
    } catch (error) {
      if (film.error === null && !(error instanceof DOMException)) complain(error); // the network; else `onError` says it
    } finally {
      isBusy.value = false;
    }
  };
  const hasControls = hasBegun.value && !isRound.value;
  return (
    <div ref={place} class={`video ${isRound.value ? 'round' : ''} ${url.value === null ? 'ghost' : ''}`}>
      <video
        ref={player}
        {...(url.value === null ? {} : { src: url.value })}
        preload="metadata"
        playsInline
        controls={hasControls}
        aria-label={file.filename}
        onLoadedMetadata={({ currentTarget: { videoWidth, videoHeight } }) => (isRound.value = file.filename === NAMELESS && videoWidth > 0 && videoWidth === videoHeight)}
        onPlay={({ currentTarget }) => {
          playsAlone(currentTarget);
          isOn.value = hasBegun.value = true;
        }}
        onPause={() => (isOn.value = false)}
        onError={() => url.value !== null && onBlind()}
      />
      {hasControls ? null : (
        <button
          type="button"
          class={`video-play ${isOn.value ? 'on' : ''}`}
          aria-label={t(isOn.value ? 'voice.pause' : 'video.play', { name: file.filename })}
          aria-busy={isBusy.value}
          onClick={() => void press()}
        >
          <span class="video-mark">
            <Icon name={isOn.value ? 'pause' : 'play'} />
          </span>
          {url.value === null ? <span class="video-size">{isBusy.value ? '…' : sizeOf(file.size, language.value)}</span> : null}
        </button>
      )}
    </div>
  );
}
