import type { Context } from '../../context.js';
import { d } from '../../core/money/money.js';
import type { ListedOrder, ListedTrade } from '../../exchange/exchange.js';
import { Batch } from '../../infra/database/database.js';
import type { LiveNotifier } from '../../ports.js';
import { addProgramPause } from '../../accounts/account-writes.store.js';
import { addAlert } from '../../alerts/alert-writes.store.js';
import type { SyncedAccount } from '../account-sync.store.js';
import { externalAlertKey } from './foreign-alert-key.js';
import {
  addExternalOrder,
  countUndismissed,
  externalKey,
  externalOrdersOf,
  readExternal,
  type ExternalOrder,
} from './external-order.store.js';

/** The most orders in one transaction. */
const AT_ONCE = 50;

type NoteContext = Pick<Context, 'db' | 'clock'> & { live: LiveNotifier };
type NotedAccount = Pick<SyncedAccount, 'id' | 'userId' | 'label' | 'createdAt'>;

/**
 * Saves external orders and trades, and alerts the owner, once per account. Adopts nothing. Known orders change
 * nothing. An order that is new here, and younger than the account, pauses its entries until the owner resumes them:
 * somebody else may have the keys. Returns how many orders were new or changed.
 */
export async function noteExternalOrders(
  ctx: NoteContext,
  account: NotedAccount,
  found: { orders: readonly ListedOrder[]; trades: readonly ListedTrade[] },
): Promise<number> {
  const orders = externalOrdersOf(found.orders, found.trades);
  const known = await readExternal(ctx.db, account.id, orders);
  const news = orders.filter((order) => {
    const before = known.get(externalKey(order));
    if (!before) return true;
    const hasNewTrade = order.trades.some(({ tradeId }) => !before.tradeIds.has(tradeId));
    const isOtherwise = order.status !== 'TRADED' && order.status !== before.status;
    return hasNewTrade || isOtherwise || d(order.executedQty).gt(d(before.executedQty));
  });
  for (let from = 0; from < news.length; from += AT_ONCE) {
    const some = news.slice(from, from + AT_ONCE);
    const pauses = some.some((order) => !known.has(externalKey(order)) && order.placedAt >= account.createdAt);
    await write(ctx, account, { news: some, pauses });
  }
  return news.length;
}

async function write(
  ctx: NoteContext,
  { id, userId, label }: NotedAccount,
  { news, pauses }: { news: readonly ExternalOrder[]; pauses: boolean },
): Promise<void> {
  const last = news.at(-1);
  if (!last) return;
  await ctx.db.transaction(async (tx) => {
    const batch = new Batch();
    // First, because the rows of the orders would take a weaker lock on the account.
    if (pauses) addProgramPause(batch, { accountId: id, reason: 'ORDER_NOT_OURS', at: new Date(ctx.clock.now()) });
    for (const order of news) addExternalOrder(batch, id, order);
    batch.add(...countUndismissed(id));
    const [count] = (await tx.run(batch)).at(-1) as { waiting: number }[];
    const waiting = Number(count?.waiting ?? 0);
    if (waiting === 0) return tx.commit(new Batch());
    const others = waiting > 1 ? ` ${waiting} such orders wait for your review.` : '';
    const paused = pauses ? ' New positions on this account are paused until you resume them; exits go on.' : '';
    const message = `${label}: an order at the exchange was not made by this program: ${describe(last)}.${others}${paused}`;
    const alert = { type: 'ORDER_NOT_OURS', severity: 'high', message, openKey: externalAlertKey(id), userId } as const;
    return tx.commit(addAlert(new Batch(), alert, pauses ? [{ topic: 'ACCOUNT', entityId: id }] : []));
  });
  ctx.live.notify(userId);
}

const describe = ({ side, symbol, quantity, executedQty, limitPrice }: ExternalOrder): string =>
  `${side} ${d(quantity ?? executedQty).toFixed()} ${symbol}${limitPrice ? ` at ${d(limitPrice).toFixed()}` : ''}`;
