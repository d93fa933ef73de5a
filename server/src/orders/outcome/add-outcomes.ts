import { addAlertEnds, addOrderAlert } from '../../alerts/alert-writes.store.js';
import type { Outcome } from '../../core/order/apply-outcome.js';
import { NEW_POSITION } from '../../core/order/booking.js';
import type { PositionState } from '../../core/position/position.js';
import type { Batch } from '../../infra/database/database.js';
import { addLiveEventsOfUsers, type LiveChange, type UserChange } from '../../infra/database/live-events.js';
import { addLedgerMoves } from '../../vaults/vault-ledger.store.js';
import { addOrderChange, type OrderChange } from '../stores/trade-order.store.js';
import {
  addFills,
  addGrowth,
  addNewPosition,
  addOpeningTargets,
  addPositionState,
  addReservationState,
  addSoldPosition,
} from '../stores/trade-position.store.js';
import type { BookingRecords } from './booking.store.js';

/** An outcome decided on records whose rows are locked. */
export interface DecidedOutcome extends Pick<OrderChange, 'timestamps' | 'answer'> {
  records: Pick<BookingRecords, 'job' | 'reservations' | 'quote'> & {
    account: { id: number; userId: number };
  } & Partial<Pick<BookingRecords, 'execution' | 'defaults' | 'openingTrace'>>;
  outcome: Outcome;
  now: number;
}

/**
 * Adds all writes of outcomes in one quote asset to the last batch of their transaction, and ends it with the live
 * events for their owners. The vault changes must have been computed one after the other.
 */
export function addOutcomes(batch: Batch, decided: readonly DecidedOutcome[]): Batch {
  const changes: UserChange[] = [];
  for (const one of decided) {
    const { records, outcome, now } = one;
    const { userId } = records.account;
    addOrderChange(batch, {
      ...{ job: records.job, jobChange: outcome.job, now, timestamps: one.timestamps ?? {}, answer: one.answer },
      ...{ execution: records.execution, executionChange: outcome.execution },
    });
    const own = addHoldings(batch, one);
    for (const { vaultId } of outcome.vaultMoves) own.push({ topic: 'VAULT', entityId: vaultId });
    for (const alert of outcome.alerts) own.push(addOrderAlert(batch, userId, alert));
    addAlertEnds(batch, outcome.endedAlerts, now);
    const isNews = outcome.execution || outcome.job || own.length > 0;
    if (isNews) changes.push({ userId, topic: 'JOB', entityId: records.job.id });
    changes.push(...own.map((change) => ({ ...change, userId })));
  }
  addLedgerMoves(
    batch,
    decided.flatMap(({ records: { job, quote }, outcome: { vaultMoves } }) =>
      vaultMoves.map((move) => ({ ...move, asset: quote, jobId: job.id })),
    ),
  );
  return addLiveEventsOfUsers(batch, changes);
}

/** Writes positions, their fills and the reservations of sells. */
function addHoldings(batch: Batch, { records, outcome, now }: DecidedOutcome): LiveChange[] {
  const changes: LiveChange[] = [];
  const { job, defaults, account } = records;
  const reservations = new Map(outcome.reservations.map((reservation) => [reservation.id, reservation]));
  for (const position of outcome.positions) {
    const openedAt = openingOf(position, outcome, now);
    if (position.id === NEW_POSITION) {
      changes.push(addOpened(batch, records, { position, openedAt }));
      continue;
    }
    changes.push({ topic: 'POSITION', entityId: position.id });
    if (openedAt) addGrowth(batch, position, openedAt);
    const reservationId = records.reservations.find((one) => one.position.id === position.id)?.id;
    const reservation = reservationId === undefined ? undefined : reservations.get(reservationId);
    if (reservation) {
      addSoldPosition(batch, { position, reservation, now });
      reservations.delete(reservation.id);
    } else addPositionState(batch, position, now);
  }
  const executionId = records.execution?.id;
  if (executionId !== undefined) {
    const owner = { executionId, accountId: account.id, symbol: job.symbol };
    changes.push(...addFills(batch, owner, outcome.fills));
  }
  if (defaults && outcome.positions.some(({ id }) => id === NEW_POSITION)) {
    addOpeningTargets(batch, job.id, defaults.targets);
  }
  for (const reservation of reservations.values()) addReservationState(batch, reservation);
  return changes;
}

function addOpened(
  batch: Batch,
  { job, account, defaults, openingTrace: trace }: DecidedOutcome['records'],
  { position, openedAt }: { position: PositionState; openedAt: Date | undefined },
): LiveChange {
  if (!defaults || !trace) throw new RangeError(`job ${job.id} opens a position without the defaults of its parameter`);
  const { id: jobId, tradeMode, symbol, vaultId } = job;
  return addNewPosition(batch, position, {
    jobId,
    accountId: account.id,
    tradeMode,
    symbol,
    vaultId,
    defaults,
    trace,
    openedAt,
  });
}

/**
 * When a buy opened or last enlarged the position: prices count for its exits from then on. It is never later than now,
 * so that a fast clock at the exchange does not make us ignore the first prices.
 */
function openingOf({ id }: PositionState, { fills }: Outcome, now: number): Date | undefined {
  const bought = fills.flatMap(({ positionId, side, at }) => (positionId === id && side === 'BUY' ? at : []));
  if (bought.length === 0) return undefined;
  const at = id === NEW_POSITION ? Math.min(...bought) : Math.max(...bought);
  return new Date(Math.min(at, now));
}
