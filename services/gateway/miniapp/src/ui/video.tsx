import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Attachment } from '../api/types';
import { language, t } from '../i18n';
import { blobUrl } from '../store/blobs';
import { Icon } from './icons';
import { usePlaying } from './playing';
import { sizeOf } from './text';

/** Up to so many bytes a video is fetched when it is in sight, and its first frame shown; a larger one when it is played. */
const AT_SIGHT = 3 * 1024 * 1024;
/** What the bot calls Telegram's round messages, and what it called them before, like every video without a name. */
const ROUND = new Set(['round.mp4', 'video.mp4']);

/** Played in place. `onBlind`: this browser cannot play it. */
export function Video({ file, onBlind }: { file: Attachment; onBlind: () => void }): JSX.Element {
  const url = useSignal<string | null>(null);
  const { player, isOn, isBusy, press, onPlay, onPause } = usePlaying<HTMLVideoElement>(async () => (url.value ??= await blobUrl(file.id)));
  const hasBegun = useSignal(false);
  const isRound = useSignal(false);
  const place = useRef<HTMLDivElement>(null);
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
        onLoadedMetadata={({ currentTarget: { videoWidth, videoHeight } }) => (isRound.value = ROUND.has(file.filename) && videoWidth > 0 && videoWidth === videoHeight)}
        onPlay={() => {
          onPlay();
          hasBegun.value = true;
        }}
        onPause={onPause}
        onError={() => url.value !== null && onBlind()}
      />
      {hasControls ? null : (
        <button
          type="button"
          class={`video-play ${isOn.value ? 'on' : ''}`}
          aria-label={t(isOn.value ? 'voice.pause' : 'video.play', { name: file.filename })}
          aria-busy={isBusy.value}
          onClick={press}
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
