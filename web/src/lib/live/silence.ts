import { lastHeard } from './connection';

/** Twice the interval of the server's heartbeats. */
export const SILENT_AFTER_MS = 4_000;
export const LOST_AFTER_MS = 9_000;
const LOOK_EVERY_MS = 250;

/** A gap this long between two checks means that the computer slept or the page was too busy. */
const LOOKED_AWAY_MS = 2_000;

export type Silence = 'none' | 'silent' | 'lost';

/** The meaning of `ms` without a message. */
export const silenceOf = (ms: number): Silence =>
  ms >= LOST_AFTER_MS ? 'lost' : ms >= SILENT_AFTER_MS ? 'silent' : 'none';

interface Watched {
  isOpen: () => boolean;
  onSilent: () => void;
  onLost: () => void;
}

/** Reports when an open connection has been silent for too long, and when it must be given up. */
export const watchForSilence = ({ isOpen, onSilent, onLost }: Watched): void => {
  let lookedAt = Date.now();
  setInterval(() => {
    const now = Date.now();
    const wasAway = now - lookedAt > LOOKED_AWAY_MS;
    lookedAt = now;
    // Messages that arrived in the meantime are handled first.
    if (wasAway || !isOpen()) return;
    const silence = silenceOf(now - lastHeard.at);
    if (silence === 'lost') onLost();
    else if (silence === 'silent') onSilent();
  }, LOOK_EVERY_MS);
};
