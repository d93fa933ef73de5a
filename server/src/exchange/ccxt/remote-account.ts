import type { ConnectionReport, ListOptions, ListedOrder, ListedTrade, RemoteAccount } from '../exchange.js';
import type { CcxtMarket, JsonObject } from './dialects/dialect.js';
import { CallFault } from './call-fault.js';
import { openOrderStream, type OrderStreamOptions } from './orders/order-stream.js';
import type { Session } from './session/session.js';
import { listedOrder, listedTrade, marketOf } from './orders/snapshots.js';

interface Door {
  /** Returns the current session. */
  open(): Promise<Session>;
  /** Opens a session with the current credentials. */
  openAnew(): Promise<Session>;
}

/** The part of an account that others can change too. `stream` is set where orders are pushed. */
export function createRemoteAccount(
  { open, openAnew }: Door,
  stream?: Pick<OrderStreamOptions, 'stream' | 'log' | 'timing'>,
): RemoteAccount {
  return {
    testConnection: async () => testConnection(await openAnew()),
    async openOrders(asking = {}) {
      const session = (await open()).as(asking);
      const list = session.dialect.openOrders();
      if (!list) throw new CallFault('notSent', `${session.dialect.title} lists open orders by market only.`);
      const rows = await session.rows(list);
      const all = rows.flatMap((row) => {
        const market = marketOf(session, row);
        return market ? listedOrder(session, row, market) : [];
      });
      return all.filter(({ status }) => !OVER.has(status));
    },
    async ordersSince(symbol, since, { until, byOurClock, ...asking } = {}) {
      const session = (await open()).as(asking);
      const market = wireMarket(session, symbol);
      const found = new Map<string, ListedOrder>();
      const { from, to } = windowOf(session, since, { until, byOurClock });
      for (const list of session.dialect.ordersSince(market, from, to)) {
        for (const row of await session.rows(list)) {
          const order = listedOrder(session, row, market);
          // An order is in two lists when it ended between two requests. The later list is more current.
          found.set(order.exchangeOrderId, order);
        }
      }
      return [...found.values()];
    },
    async tradesSince(symbol, since, { until, byOurClock, ...asking } = {}) {
      const session = (await open()).as(asking);
      const market = wireMarket(session, symbol);
      const rows: JsonObject[] = [];
      const { from, to } = windowOf(session, since, { until, byOurClock });
      for (const list of session.dialect.tradesSince(market, from, to)) rows.push(...(await session.rows(list)));
      const trades = rows.map((row) => listedTrade(session, row, market)).filter(({ at }) => at >= from);
      return trades.sort((a: ListedTrade, b: ListedTrade) => a.at - b.at);
    },
    ...(stream && { watchOrders: (listener) => openOrderStream({ ...stream, open, listener }) }),
  };
}

/**
 * A time window of a list, by the exchange's clock. A time of our clock is corrected by the difference of the clocks. A
 * time that may be the exchange's is only moved back, when its clock is behind, so that nothing is left out.
 */
function windowOf({ clock }: Session, since: number, { until, byOurClock }: Pick<ListOptions, 'until' | 'byOurClock'>) {
  const offsetMs = clock.offsetMs();
  const aheadMs = byOurClock ? offsetMs : 0;
  const now = clock.now();
  return {
    from: since + (byOurClock ? offsetMs : Math.min(0, offsetMs)),
    to: until === undefined ? now : Math.min(now, until + aheadMs),
  };
}

const OVER: ReadonlySet<ListedOrder['status']> = new Set(['FILLED', 'CANCELED', 'EXPIRED', 'REJECTED']);

function wireMarket({ markets, dialect }: Session, symbol: string): CcxtMarket {
  const found = markets.all().get(symbol);
  if (!found) throw new CallFault('notSent', `${dialect.title} does not trade ${symbol}.`);
  return found.wire;
}

async function testConnection(session: Session): Promise<ConnectionReport> {
  const { dialect } = session;
  const { latencyMs } = await session.measureClock();
  const clockOffsetMs = session.clock.offsetMs();
  const known = { latencyMs: Math.round(latencyMs), clockOffsetMs };
  // If the balance can be read, reading works. A key without that permission causes its own error.
  await session.run('balances', (api) => api.fetchBalance());
  return { canRead: true, ...dialect.rights.read(await session.ask(dialect.rights.ask)), ...known };
}
