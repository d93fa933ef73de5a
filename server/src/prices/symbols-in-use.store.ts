import { DEMO_MARKETS } from '../exchange/demo-markets.js';
import type { Database } from '../infra/database.js';

/** The symbols someone may trade or holds: those of the demo markets, of every parameter and of every open position. */
export async function readSymbolsInUse(db: Database): Promise<string[]> {
  const rows = await db.query<{ symbol: string }[]>(
    "SELECT symbol FROM trade_parameters UNION SELECT symbol FROM trade_positions WHERE status = 'OPEN'",
  );
  return [...new Set([...DEMO_MARKETS.map(({ symbol }) => symbol), ...rows.map(({ symbol }) => symbol)])].sort();
}

/** The same, read again at most every `everyMs`. */
export function cachedSymbolsInUse(db: Database, now: () => number, everyMs = 10_000): () => Promise<string[]> {
  let readAt = Number.NEGATIVE_INFINITY;
  let symbols: string[] = [];
  return async () => {
    if (now() - readAt >= everyMs) {
      symbols = await readSymbolsInUse(db);
      readAt = now();
    }
    return symbols;
  };
}
