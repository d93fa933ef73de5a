import type { Context } from '../../context.js';
import type { Wallet } from '../../core/order/fit-to-wallet.js';
import type { Exchange } from '../../exchange/exchange.js';
import { withTimeout } from '../../infra/with-timeout.js';

/** A sell waits at most this long for the answer. */
const TIMEOUT_MS = 5_000;

/** The current balance of an asset in the account; undefined when the exchange does not answer. Never rejects. */
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
    log.warn({ err, asset }, 'the exchange did not report the balance of the account');
    return undefined;
  }
}
