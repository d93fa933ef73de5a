import type { Context } from '../../context.js';
import type { Wallet } from '../../core/order/fit-to-wallet.js';
import type { Exchange } from '../../exchange/exchange.js';
import { withTimeout } from '../../infra/with-timeout.js';

/** A sell waits no longer for the answer. */
const TIMEOUT_MS = 5_000;

/** What the account holds of an asset now; undefined when its exchange does not say. Never rejects. */
export async function askWallet(
  { log }: Pick<Context, 'log'>,
  exchange: Exchange,
  asset: string,
): Promise<Wallet | undefined> {
  try {
    const balances = await withTimeout(exchange.balances(), TIMEOUT_MS);
    const { free, locked } = balances.find((one) => one.asset === asset) ?? { free: '0', locked: '0' };
    return { free, locked };
  } catch (err) {
    log.warn({ err, asset }, 'the exchange did not say what the account holds');
    return undefined;
  }
}
