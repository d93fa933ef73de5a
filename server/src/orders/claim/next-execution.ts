import { createHash } from 'node:crypto';
import { clientOrderId } from '../../core/order/client-order-id.js';
import type { Market } from '../../core/domain.js';
import { SEND_WITHIN_MS } from '../../core/order/order.js';
import type { Exchange } from '../../exchange/exchange.js';
import type { D } from '../../core/money/money.js';
import { openSendWindow, type SendWindow } from '../../infra/send-window.js';
import type { ExecutionRow } from '../stores/trade-order.store.js';
import type { JobAddress } from './job-address.store.js';

/** An order that is about to be committed, and until when this process may send it. */
export interface NextExecution extends ExecutionRow {
  sendWindow: SendWindow;
  /** Of an exit: the price that made it and when the feed saw it, ms since 1970. */
  seen?: { price: D; at: number };
}

/** An execution that is committed and may be sent, once, by whoever has this. */
export interface ClaimedOrder {
  executionId: number;
  order: NextExecution;
  vaultId: number | null;
  exchange: Exchange | undefined;
  market: Market | undefined;
  symbol: string;
}

/** The next order of a job that was claimed at `claimedAt`, a moment ago; `attempt` counts from 1. */
export function nextExecution(
  {
    jobId,
    account,
    tradeMode,
    side,
    createdAt,
  }: Pick<JobAddress, 'jobId' | 'account' | 'tradeMode' | 'side' | 'createdAt'>,
  {
    attempt,
    claimedAt,
    ...sized
  }: Pick<ExecutionRow, 'attempt' | 'orderType' | 'quantity' | 'limitPrice'> &
    Pick<NextExecution, 'seen'> & { claimedAt: number },
): NextExecution {
  return {
    ...{ jobId, accountId: account.id, exchange: account.exchange, tradeMode, side, attempt, ...sized },
    // Two databases may number their jobs alike and trade on one account; they did not both make this one in one millisecond.
    clientOrderId: clientOrderId(sha256, { salt: `${account.id}/${createdAt}`, jobId, attempt }),
    sendBefore: claimedAt + SEND_WITHIN_MS,
    sendWindow: openSendWindow(SEND_WITHIN_MS),
  };
}

const sha256 = (text: string): Uint8Array => createHash('sha256').update(text).digest();
