import type { Context } from '../../context.js';
import type { Exchange, ExchangeRegistry } from '../../exchange/exchange.js';
import type { Database, Tx } from '../../infra/database/database.js';
import { refuse } from '../../core/reasons.js';

class ProcessDied extends Error {
  override name = 'ProcessDied';
}

/**
 * Simulates one process of the program inside this one. It can die at any of its effects (a commit or a request), just
 * before or just after the effect. A dead process has no more effects, and its open transaction is rolled back.
 */
export interface MortalProcess {
  ctx: Context;
  /** Dies after this number of steps. Each effect has two, one before it and one after. */
  dieAfter(steps: number): void;
  isDead(): boolean;
}

export function mortalProcess(base: Context, exchange: Exchange, accountId: number): MortalProcess {
  let left = Infinity;
  let isDead = false;
  const breathe = (): void => {
    if (!isDead && left-- <= 0) isDead = true;
    if (isDead) throw new ProcessDied();
  };
  const effect = async <T>(act: () => Promise<T>): Promise<T> => {
    breathe();
    const result = await act();
    breathe();
    return result;
  };
  /** Statements of a dead process never reach the server, so its transaction is rolled back. */
  const mortalTx = (tx: Tx): Tx => ({
    query: (sql, values) => alive(() => tx.query(sql, values)),
    run: (batch) => alive(() => tx.run(batch)),
    commit: (batch) => effect(() => tx.commit(batch)),
    rollback: () => alive(() => tx.rollback()),
  });
  const alive = <T>(act: () => Promise<T>): Promise<T> => {
    if (isDead) throw new ProcessDied();
    return act();
  };
  const { db } = base;
  const mortalDb: Database = {
    prisma: db.prisma,
    query: (sql, values) => effect(() => db.query(sql, values)),
    run: (batch) => effect(() => db.run(batch)),
    transaction: (work) => alive(() => db.transaction((tx) => work(mortalTx(tx)))),
    close: () => Promise.resolve(),
  };
  const mortalExchange: Exchange = {
    ...exchange,
    market: (symbol) => alive(() => exchange.market(symbol)),
    place: (order) => effect(() => exchange.place(order)),
    findOrder: (order) => alive(() => exchange.findOrder(order)),
    cancel: (order) => effect(() => exchange.cancel(order)),
  };
  // Other accounts in the database belong to other seeds.
  const stranger = refuse('REAL_NOT_AVAILABLE', 'of another world');
  const forAccount: ExchangeRegistry['forAccount'] = ({ id }) =>
    id === accountId ? { ok: true, exchange: mortalExchange } : stranger;
  return {
    ctx: { ...base, db: mortalDb, exchanges: { forAccount, forReading: forAccount } },
    dieAfter(steps) {
      left = steps;
    },
    isDead: () => isDead,
  };
}
