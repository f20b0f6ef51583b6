/** One voice, or one film, at a time. */
let playing: HTMLMediaElement | null = null;

/** This one plays now: whatever did before is silent. */
export function playsAlone(player: HTMLMediaElement): void {
  if (playing !== player) playing?.pause();
  playing = player;
}
