import { NO_REFUSALS, refusalDelayMs, refusedAgain, type Refusals } from '../../core/limits/refusal-delay.js';

const SENDERS_MAX = 20_000;
/** Answers that are held back at one moment. More are given at once, because each holds a connection. */
const HELD_BACK_MAX = 2_048;

export interface RefusalPace {
  /**
   * Runs `answer` after the time that this sender's refusals have earned; the first fifty wait for `firstMs`. Returns a
   * function that cancels it.
   */
  holdBack(sender: string, answer: () => void, firstMs?: number): () => void;
}

/** Holds refusals back, longer for a sender that does not stop: answering a flood must cost next to nothing. */
export function createRefusalPace(now: () => number = () => performance.now()): RefusalPace {
  const senders = new Map<string, Refusals>();
  let heldBack = 0;
  return {
    holdBack(sender, answer, firstMs) {
      const refusals = refusedAgain(senders.get(sender) ?? NO_REFUSALS, now());
      const [oldest] = senders.keys();
      // The last refused is the last in the map.
      if (!senders.delete(sender) && senders.size >= SENDERS_MAX && oldest !== undefined) senders.delete(oldest);
      senders.set(sender, refusals);
      if (heldBack >= HELD_BACK_MAX) {
        answer();
        return () => undefined;
      }
      heldBack += 1;
      let isOver = false;
      const end = (): void => {
        if (!isOver) heldBack -= 1;
        isOver = true;
      };
      const timer = setTimeout(
        () => {
          end();
          answer();
        },
        refusalDelayMs(refusals, firstMs),
      );
      return () => {
        clearTimeout(timer);
        end();
      };
    },
  };
}
