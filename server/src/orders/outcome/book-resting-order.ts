import type { Context } from '../../context.js';
import type { LiveNotifier } from '../../ports.js';
import { readOrderByClientId } from '../recover/open-order.store.js';
import { bookOutcome } from './book-outcome.js';

/**
 * Books what became of an order that rested at an exchange, after word that it changed. Asks the exchange for its
 * state rather than believing the word. Answers false when no execution of ours has that client order id.
 */
export async function bookRestingOrder(
  ctx: Pick<Context, 'db' | 'clock' | 'log' | 'prices' | 'exchanges'> & { live: LiveNotifier },
  { accountId, clientOrderId, symbol }: { accountId: number; clientOrderId: string; symbol: string },
): Promise<boolean> {
  const known = await readOrderByClientId(ctx.db, { accountId, clientOrderId });
  if (!known) return false;
  const found = ctx.exchanges.forReading(known.account);
  if (!found.ok) return false;
  const order = await found.exchange.findOrder({ clientOrderId, symbol, sentAt: known.createdAt });
  if (!order) return false;
  await bookOutcome(ctx, { executionId: known.executionId, answer: { kind: 'reported', order } });
  return true;
}
