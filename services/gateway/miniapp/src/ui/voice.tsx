import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Attachment } from '../api/types';
import { t } from '../i18n';
import { blobUrl } from '../store/blobs';
import { IconButton } from './controls';
import { usePlaying } from './playing';

/** `0:07` */
export function minutes(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** A voice message: fetched when it is first played. `onDeaf`: this browser cannot play it. */
export function Voice({ file, onDeaf }: { file: Attachment; onDeaf: () => void }): JSX.Element {
  const { player: audio, isOn, isBusy, press, onPlay, onPause } = usePlaying<HTMLAudioElement>(() => blobUrl(file.id));
  const at = useSignal(0);
  const length = useSignal(0);
  const known = ({ currentTarget: { duration } }: { currentTarget: HTMLAudioElement }): void => {
    if (Number.isFinite(duration)) length.value = duration;
  };
  return (
    <div class="voice">
      <IconButton
        icon={isOn.value ? 'pause' : 'play'}
        label={t(isOn.value ? 'voice.pause' : 'voice.play', { name: file.filename })}
        class="voice-button"
        onPress={press}
      />
      <input
        class="voice-line"
        type="range"
        min={0}
        max={length.value || 1}
        step={0.1}
        value={at.value}
        disabled={length.value === 0}
        aria-label={t('voice.position')}
        aria-valuetext={minutes(at.value)}
        onInput={({ currentTarget }) => {
          if (audio.current !== null) audio.current.currentTime = Number(currentTarget.value);
        }}
      />
      <span class="voice-time">{isBusy.value ? '…' : minutes(isOn.value || at.value > 0 ? at.value : length.value)}</span>
      <audio
        ref={audio}
        preload="none"
        onPlay={onPlay}
        onPause={onPause}
        onEnded={() => (at.value = 0)}
        onTimeUpdate={({ currentTarget }) => (at.value = currentTarget.currentTime)}
        onLoadedMetadata={known}
        onDurationChange={known}
        onError={onDeaf}
      />
    </div>
  );
}
