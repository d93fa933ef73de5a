/** good: a fill or a gain. bad: a loss or a refusal. danger: somebody should look now. */
export type Chime = 'good' | 'bad' | 'danger';

/** Hz, one after the other. */
const NOTES: Readonly<Record<Chime, readonly number[]>> = {
  good: [659, 880],
  bad: [523, 392],
  danger: [740, 523, 740, 523],
};
const NOTE_SEC = 0.14;
const VOLUME = 0.12;

let audio: AudioContext | undefined;

/** Plays a short sound. Browsers play none before the first click on the page; then nothing is heard. */
export function chime(kind: Chime): void {
  if (typeof AudioContext === 'undefined') return;
  audio ??= new AudioContext();
  void audio.resume().catch(() => undefined);
  const start = audio.currentTime + 0.02;
  for (const [index, hertz] of NOTES[kind].entries()) {
    const [tone, level] = [audio.createOscillator(), audio.createGain()];
    const at = start + index * NOTE_SEC;
    tone.frequency.value = hertz;
    // Without a soft end each note clicks.
    level.gain.setValueAtTime(VOLUME, at);
    level.gain.exponentialRampToValueAtTime(0.001, at + NOTE_SEC);
    tone.connect(level).connect(audio.destination);
    tone.start(at);
    tone.stop(at + NOTE_SEC);
  }
}
