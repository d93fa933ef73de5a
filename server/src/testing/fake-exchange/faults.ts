import { seededRandom } from '../seeded-random.js';

/** The kinds of requests, in words that both dialects share. */
export type RequestKind =
  | 'time'
  | 'markets'
  | 'tickers'
  | 'place'
  | 'cancel'
  | 'lookup'
  | 'openOrders'
  | 'orders'
  | 'trades'
  | 'account'
  | 'permissions';

/**
 * given     the normal answer
 * lost      the connection is reset without an answer
 * hang      no answer is sent; the connection stays open
 * garbled   only half of the answer's text is sent, as if it were complete
 * unknown   the dialect's answer for "we do not know whether it was done" (Binance -1007, Bybit 170007)
 * limited   429 with Retry-After, or the dialect's equivalent
 * banned    418, or the dialect's equivalent
 */
export type FaultyAnswer =
  | 'given'
  | 'lost'
  | 'hang'
  | 'garbled'
  | 'unknown'
  | 'limited'
  | 'banned'
  | { status: number; body?: unknown; headers?: Record<string, string> };

/** A fault of one request: whether and when the request takes effect, and what answer is sent. */
export interface Fault {
  /** false: it has no effect. */
  taken?: boolean;
  /** The delay until it takes effect. Only the answer `given` waits for it. */
  takenAfterMs?: number;
  answer?: FaultyAnswer;
  answerAfterMs?: number;
  /** How long lookups and lists do not show an order that was placed with this fault. */
  hiddenMs?: number;
  retryAfterSec?: number;
}

/** The faults that targets.md lists. */
export const FAULTS = {
  loseAnswer: { answer: 'lost' },
  reset: { taken: false, answer: 'lost' },
  hangTaken: { answer: 'hang' },
  hangUntaken: { taken: false, answer: 'hang' },
  fail5xxTaken: { answer: { status: 502, body: '<html><h1>502 Bad Gateway</h1></html>' } },
  fail5xxUntaken: { taken: false, answer: { status: 503, body: '<html><h1>503 Service Unavailable</h1></html>' } },
  unknownTaken: { answer: 'unknown' },
  unknownUntaken: { taken: false, answer: 'unknown' },
  garbleTaken: { answer: 'garbled' },
  hidden: { hiddenMs: 2000, answer: 'lost' },
  admittedLate: { takenAfterMs: 500, answer: 'lost' },
  slow: { answerAfterMs: 300 },
  limited: { taken: false, answer: 'limited', retryAfterSec: 1 },
  banned: { taken: false, answer: 'banned', retryAfterSec: 2 },
} as const satisfies Record<string, Fault>;

/** Each request gets one of the faults with this probability, drawn from a seed. */
export interface SeededFaults {
  seed: number;
  chance: number;
  faults: readonly Fault[];
  /** All kinds when omitted. */
  kinds?: readonly RequestKind[];
}

export interface Faults {
  /** The next requests of a kind get these faults, one each. */
  next(kind: RequestKind | 'any', fault: Fault, times?: number): void;
  /** All requests of a kind get the fault until the returned function is called. */
  during(kind: RequestKind | 'any', fault: Fault): () => void;
  seeded(draw: SeededFaults): void;
  clear(): void;
  /** How many requests had a fault. */
  readonly met: number;
  /** For the server: the fault of this request. */
  take(kind: RequestKind): Fault | undefined;
}

export function createFaults(): Faults {
  let queue: { kind: RequestKind | 'any'; fault: Fault }[] = [];
  let standing: { kind: RequestKind | 'any'; fault: Fault }[] = [];
  let draw: (kind: RequestKind) => Fault | undefined = () => undefined;
  let met = 0;
  const fits = (kind: RequestKind) => (entry: { kind: RequestKind | 'any' }) =>
    entry.kind === 'any' || entry.kind === kind;
  const look = (kind: RequestKind): Fault | undefined => {
    const index = queue.findIndex(fits(kind));
    if (index >= 0) return queue.splice(index, 1)[0]?.fault;
    return standing.find(fits(kind))?.fault ?? draw(kind);
  };
  return {
    next(kind, fault, times = 1) {
      for (let n = 0; n < times; n++) queue.push({ kind, fault });
    },
    during(kind, fault) {
      const entry = { kind, fault };
      standing.push(entry);
      return () => {
        standing = standing.filter((each) => each !== entry);
      };
    },
    seeded({ seed, chance, faults, kinds }) {
      const random = seededRandom(seed);
      draw = (kind) => {
        if (kinds && !kinds.includes(kind)) return undefined;
        return random() < chance ? faults[Math.floor(random() * faults.length)] : undefined;
      };
    },
    clear() {
      queue = [];
      standing = [];
      draw = () => undefined;
    },
    get met() {
      return met;
    },
    take(kind) {
      const fault = look(kind);
      if (fault) met += 1;
      return fault;
    },
  };
}
