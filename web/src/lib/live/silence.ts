import { lastHeard } from './connection';

/** Twice what the server lets pass between two signs of life. */
export const SILENT_AFTER_MS = 4_000;
export const LOST_AFTER_MS = 9_000;
const LOOK_EVERY_MS = 250;

/** How long the page has looked away: a computer that slept, or a page that was too busy to hear. */
const LOOKED_AWAY_MS = 2_000;

export type Silence = 'none' | 'silent' | 'lost';

/** What a silence of `ms` means. */
export const silenceOf = (ms: number): Silence =>
  ms >= LOST_AFTER_MS ? 'lost' : ms >= SILENT_AFTER_MS ? 'silent' : 'none';

interface Watched {
  isOpen: () => boolean;
  onSilent: () => void;
  onLost: () => void;
}

/** Tells when an open connection has been silent for too long, and when it is to be given up. */
export const watchForSilence = ({ isOpen, onSilent, onLost }: Watched): void => {
  let lookedAt = Date.now();
  setInterval(() => {
    const now = Date.now();
    const wasAway = now - lookedAt > LOOKED_AWAY_MS;
    lookedAt = now;
    // What came meanwhile is heard first.
    if (wasAway || !isOpen()) return;
    const silence = silenceOf(now - lastHeard.at);
    if (silence === 'lost') onLost();
    else if (silence === 'silent') onSilent();
  }, LOOK_EVERY_MS);
};
