/** What a message says of its place among the others of its source. */
export interface SignalTrail {
  /** Messages with the same track are one after the other: one strategy on one symbol. */
  track: string;
  position: StrategyPosition | null;
  previousPosition: StrategyPosition | null;
  sequence: number | null;
}
export type StrategyPosition = 'long' | 'short' | 'flat';

const POSITION = 'marketposition';
const PREVIOUS = 'prevmarketposition';
const SEQUENCE = new Set(['sequence', 'seq', 'seqno', 'sequenceno', 'sequencenumber']);
const TRACK = ['timeframe', 'interval', 'tf', 'strategy', 'strategyname', 'alertname'];
const DEPTH_MAX = 4;

/**
 * Reads the position before and after, and the sequence number, from a message: TradingView's `market_position` and
 * `prev_market_position` in any spelling, at any depth. Null when the message is not JSON or says none of it.
 */
export function readTrail(message: string, symbol: string | null): SignalTrail | null {
  const fields = fieldsIn(message);
  if (!fields) return null;
  const sequence = [...SEQUENCE].map((name) => wholeNumber(fields.get(name))).find((value) => value !== null) ?? null;
  const [position, previousPosition] = [positionOf(fields.get(POSITION)), positionOf(fields.get(PREVIOUS))];
  if (sequence === null && position === null) return null;
  const track = [symbol ?? '', ...TRACK.map((name) => scalar(fields.get(name)))].join('|');
  return { track, position, previousPosition, sequence };
}

function fieldsIn(message: string): Map<string, unknown> | null {
  if (!message.trimStart().startsWith('{')) return null;
  let root: unknown;
  try {
    root = JSON.parse(message);
  } catch {
    return null;
  }
  const fields = new Map<string, unknown>();
  const walk = (node: unknown, depth: number): void => {
    if (typeof node !== 'object' || node === null || depth > DEPTH_MAX) return;
    for (const [name, value] of Object.entries(node)) {
      const plain = name.toLowerCase().replaceAll(/[^a-z]/g, '');
      // The outermost one counts.
      if (!fields.has(plain)) fields.set(plain, value);
    }
    for (const value of Object.values(node)) walk(value, depth + 1);
  };
  walk(root, 0);
  return fields;
}

const scalar = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value).trim().toLowerCase() : '';

function positionOf(value: unknown): StrategyPosition | null {
  const text = scalar(value);
  return text === 'long' || text === 'short' || text === 'flat' ? text : null;
}

function wholeNumber(value: unknown): number | null {
  const text = scalar(value);
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}
