import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.js';
import type { TradeMode } from '../core/domain.js';
import { d, type D } from '../core/money/money.js';
import { isFreshPrice } from '../core/price/price-age.js';
import { decideExit, exitLevels, nextTrailingMax } from '../core/exits/triggers.js';
import { openAlert } from '../alerts/alert-writes.store.js';
import { fireExit } from './run-exits.js';
import { readOpenWithExits, readWatched, type WatchedRow } from '../positions/watched-position.store.js';

type SweepContext = Pick<Context, 'db' | 'clock' | 'log' | 'env' | 'prices' | 'exchanges' | 'live' | 'trades'>;

export interface Swept {
  looked: number;
  /** Positions whose exit was due and had not started after the grace period. */
  missed: number;
  fired: number;
}

interface Due {
  row: WatchedRow;
  tick: { price: D; at: number };
}

const PAGE = 1_000;
/** The time the engine gets to fire an exit itself. */
const GRACE_MS = 3_000;

/**
 * The safety net behind the tick engine (sl_tp_monitor_real, sl_tp_monitor_sim). It checks every open position of a
 * mode with the plain rules, gives the engine three seconds for due exits, and fires those it missed. Each one is an
 * alert for the owner and an error in the log, because this should never happen.
 */
export async function sweepTriggers(
  ctx: SweepContext,
  { tradeMode, graceMs = GRACE_MS }: { tradeMode: TradeMode; graceMs?: number },
): Promise<Swept> {
  const swept: Swept = { looked: 0, missed: 0, fired: 0 };
  const due: Due[] = [];
  for (let afterId = 0; ;) {
    const rows = await readOpenWithExits(ctx.db, { tradeMode, afterId, limit: PAGE });
    swept.looked += rows.length;
    for (const row of rows) {
      const tick = dueAt(ctx, row);
      if (tick) due.push({ row, tick });
    }
    if (rows.length < PAGE) break;
    afterId = rows.at(-1)?.position.id ?? afterId;
  }
  if (due.length === 0) return swept;
  await sleep(graceMs);
  for (const { row, tick } of await stillWaiting(ctx, due)) {
    const { symbol, account } = row;
    const outcome = await fireExit(ctx, { position: { id: row.position.id, symbol, account }, tick });
    if (outcome.kind !== 'FIRED' && outcome.kind !== 'DUST') continue;
    swept.missed++;
    if (outcome.kind === 'FIRED') swept.fired++;
    await report(ctx, row, { ...tick, reason: outcome.reason });
  }
  return swept;
}

/**
 * The current price if it reaches an exit of the position; undefined when it does not, or when it is missing or too
 * old.
 */
function dueAt(ctx: SweepContext, { position, key, isWatched }: WatchedRow): Due['tick'] | undefined {
  const price = ctx.prices.get(key);
  const now = ctx.clock.now();
  if (!isWatched || !price || !isFreshPrice(price, now, ctx.env.STALE_PRICE_MS)) return undefined;
  const value = d(price.bid ?? price.last);
  const levels = exitLevels(position);
  const exit = decideExit({ ...levels, trailingMax: nextTrailingMax(levels, value) }, value, now);
  return exit && { price: value, at: price.at };
}

async function stillWaiting(ctx: SweepContext, due: readonly Due[]): Promise<Due[]> {
  const waiting: Due[] = [];
  for (let from = 0; from < due.length; from += PAGE) {
    const some = due.slice(from, from + PAGE);
    const rows = await readWatched(
      ctx.db,
      some.map(({ row }) => row.position.id),
    );
    const open = new Set(rows.filter(({ isWatched }) => isWatched).map(({ position }) => position.id));
    waiting.push(...some.filter(({ row }) => open.has(row.position.id)));
  }
  return waiting;
}

async function report(
  ctx: SweepContext,
  { position, symbol, account }: WatchedRow,
  { reason, price, at }: { reason: string; price: D; at: number },
): Promise<void> {
  ctx.log.error(
    { positionId: position.id, symbol, reason, price: price.toFixed() },
    'the sweep found a trigger that the engine missed',
  );
  await openAlert(ctx.db, {
    type: 'TRIGGER_MISSED',
    severity: 'critical',
    message: `The ${reason} of position ${position.id} (${symbol}) was due at ${price.toFixed()}, ${new Date(at).toISOString()}, but only the safety sweep fired it.`,
    openKey: `TRIGGER_MISSED:position:${position.id}`,
    userId: account.userId,
  });
}
