import { createHash } from 'node:crypto';
import { clientOrderId } from '../../core/order/client-order-id.js';
import type { Market } from '../../core/domain.js';
import { SEND_WITHIN_MS } from '../../core/order/order.js';
import type { Exchange } from '../../exchange/exchange.js';
import type { D } from '../../core/money/money.js';
import { openSendWindow, type SendWindow } from '../../infra/send-window.js';
import type { ExecutionRow } from '../stores/trade-order.store.js';
import type { JobAddress } from './job-address.store.js';

/** An order about to be committed, and the time until which this process may send it. */
export interface NextExecution extends ExecutionRow {
  sendWindow: SendWindow;
  /** It adds to a position, whose other orders must not be booked in the same transaction. */
  isAdding?: boolean;
  /** For an exit: the price that fired it, and when the feed received it (ms since 1970). */
  seen?: { price: D; at: number };
  /** When the feed received the price that fired this exit, if the same process sends it (ms since 1970). */
  tickAt?: number;
}

/** A committed execution. The holder of this object may send it, once. */
export interface ClaimedOrder {
  executionId: number;
  order: NextExecution;
  /** The vaults it settles with: of a BUY the one with its reservation, of a SELL those of the positions it sells. */
  vaultIds: readonly number[];
  exchange: Exchange | undefined;
  market: Market | undefined;
  symbol: string;
}

/** The next order of a job that was just claimed, at `claimedAt`; `attempt` counts from 1. */
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
    Pick<NextExecution, 'seen' | 'isAdding'> & { claimedAt: number },
): NextExecution {
  return {
    ...{ jobId, accountId: account.id, exchange: account.exchange, tradeMode, side, attempt, ...sized },
    // Two databases may use the same job ids on one account, but not for jobs created in the same millisecond.
    clientOrderId: clientOrderId(sha256, { salt: `${account.id}/${createdAt}`, jobId, attempt }),
    sendBefore: claimedAt + SEND_WITHIN_MS,
    sendWindow: openSendWindow(SEND_WITHIN_MS),
  };
}

const sha256 = (text: string): Uint8Array => createHash('sha256').update(text).digest();
