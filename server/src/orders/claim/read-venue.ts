import type { Context } from '../../context.js';
import type { Market, Price } from '../../core/domain.js';
import { refuse, type Refusal } from '../../core/reasons.js';
import type { AccountRef, Exchange } from '../../exchange/exchange.js';

/** Where a job trades: the exchange and its market, or why not. */
export interface Venue {
  exchange: Exchange | undefined;
  market: Market | undefined;
  refusal: Refusal | undefined;
  /** The price from the exchange, read because this process had none; see `withPrice`. */
  price?: Price;
}

/** Called before a transaction, so that no row stays locked while the exchange answers. Never rejects. */
export async function readVenue(
  { exchanges, log }: Pick<Context, 'exchanges' | 'log'>,
  { account, symbol }: { account: AccountRef; symbol: string },
): Promise<Venue> {
  const found = exchanges.forAccount(account);
  if (!found.ok) return { exchange: undefined, market: undefined, refusal: found };
  try {
    return { exchange: found.exchange, market: await found.exchange.market(symbol), refusal: undefined };
  } catch (err) {
    log.warn({ err, accountId: account.id, symbol }, 'the exchange did not report its markets');
    const refusal = refuse('PRICE_UNAVAILABLE', 'The exchange could not be asked for the market and its price.');
    return { exchange: found.exchange, market: undefined, refusal };
  }
}
