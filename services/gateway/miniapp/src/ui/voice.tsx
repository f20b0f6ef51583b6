import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Attachment } from '../api/types';
import { t } from '../i18n';
import { blobUrl } from '../store/blobs';
import { complain } from '../store/toast';
import { IconButton } from './controls';
import { playsAlone } from './playing';

/** `0:07` */
export function minutes(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** A voice message: fetched when it is first played. `onDeaf`: this browser cannot play it. */
export function Voice({ file, onDeaf }: { file: Attachment; onDeaf: () => void }): JSX.Element {
  const audio = useRef<HTMLAudioElement>(null);
  const isOn = useSignal(false);
  const isBusy = useSignal(false);
  const at = useSignal(0);
  const length = useSignal(0);
  useEffect(() => () => audio.current?.pause(), []);
  const press = async (): Promise<void> => {
    const player = audio.current;
    if (player === null || isBusy.value) return;
    if (isOn.value) return player.pause();
    try {
      isBusy.value = true;
      if (player.src === '') player.src = await blobUrl(file.id);
      playsAlone(player);
      await player.play();
    } catch (error) {
      if (player.error === null && !(error instanceof DOMException)) complain(error); // the network; else `onError` says it
    } finally {
      isBusy.value = false;
    }
  };
  const known = ({ currentTarget: { duration } }: { currentTarget: HTMLAudioElement }): void => {
    if (Number.isFinite(duration)) length.value = duration;
  };
  return (
    <div class="voice">
      <IconButton
        icon={isOn.value ? 'pause' : 'play'}
        label={t(isOn.value ? 'voice.pause' : 'voice.play', { name: file.filename })}
        class="voice-button"
        onPress={() => void press()}
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
        onPlay={() => (isOn.value = true)}
        onPause={() => (isOn.value = false)}
        onEnded={() => (at.value = 0)}
        onTimeUpdate={({ currentTarget }) => (at.value = currentTarget.currentTime)}
        onLoadedMetadata={known}
        onDurationChange={known}
        onError={onDeaf}
      />
    </div>
  );
}
