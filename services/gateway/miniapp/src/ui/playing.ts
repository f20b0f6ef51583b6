import { useSignal, type Signal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { complain } from '../store/toast';

/** One voice, or one film, at a time. */
let playing: HTMLMediaElement | null = null;

/** This one plays now: whatever did before is silent. */
function playsAlone(player: HTMLMediaElement): void {
  if (playing !== player) playing?.pause();
  playing = player;
}

export interface Playing<Player extends HTMLMediaElement> {
  player: RefObject<Player | null>;
  isOn: Signal<boolean>;
  isBusy: Signal<boolean>;
  press: () => void;
  onPlay: () => void;
  onPause: () => void;
}

/** Plays at a press and pauses at the next; `source` is asked for the address where the player has none yet. */
export function usePlaying<Player extends HTMLMediaElement>(source: () => Promise<string>): Playing<Player> {
  const player = useRef<Player>(null);
  const isOn = useSignal(false);
  const isBusy = useSignal(false);
  useEffect(() => () => player.current?.pause(), []);
  const press = async (): Promise<void> => {
    const { current } = player;
    if (current === null || isBusy.value) return;
    if (isOn.value) return current.pause();
    try {
      isBusy.value = true;
      if (current.src === '') {
        const url = await source();
        if (current.src === '') current.src = url; // before the next frame is drawn: the press still counts as one
      }
      await current.play();
    } catch (error) {
      if (current.error === null && !(error instanceof DOMException)) complain(error); // the network; else `onError` says it
    } finally {
      isBusy.value = false;
    }
  };
  const onPlay = (): void => {
    if (player.current !== null) playsAlone(player.current);
    isOn.value = true;
  };
  return { player, isOn, isBusy, press: () => void press(), onPlay, onPause: () => void (isOn.value = false) };
}
