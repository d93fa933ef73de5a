import type { Context } from '../../context.js';
import type { LiveNotifier } from '../../ports.js';
import { readOrderByClientId } from '../recover/open-order.store.js';
import { bookOutcome } from './book-outcome.js';

/**
 * Books the state of a resting order after a notice that it changed. Asks the exchange for the state instead of
 * trusting the notice. Returns false when no execution of ours has that client order id.
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
