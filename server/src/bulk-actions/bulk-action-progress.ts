import type { JobStatus } from '../core/domain.js';
import { d, sum, toText } from '../core/money/money.js';
import {
  bulkActionItemState,
  type BulkActionItemFacts,
  type BulkActionItemState,
  type BulkActionJob,
} from '../core/bulk-actions/bulk-action-item-state.js';
import type { ReasonCode } from '../core/reasons.js';
import type { GraphqlContext } from '../graphql/context.js';
import type { JobRow } from '../orders/job.store.js';
import type { BulkActionItemRow } from './bulk-action.store.js';

type ProgressLoaders = Pick<GraphqlContext['loaders'], 'itemsOfBulkAction' | 'job' | 'executionsOfJob' | 'position'>;

/** An item of a plan as it was saved, and its current state. */
export interface ItemProgress {
  row: BulkActionItemRow;
  state: BulkActionItemState;
}

/** The order that an item cancels, or the sell that it created. */
export const jobOfItem = (row: BulkActionItemRow): number | null =>
  row.action === 'CANCEL_ORDER' ? row.entity_id : row.trade_job_id;

/**
 * Loads the current state of the items of a plan. A position is read after its sell: both are booked together, so a
 * filled sell is never shown with the position's state from before.
 */
export async function loadItemProgress(loaders: ProgressLoaders, bulkActionId: number): Promise<ItemProgress[]> {
  const rows = await loaders.itemsOfBulkAction.load(bulkActionId);
  const jobs = await Promise.all(rows.map(async (row) => loadJob(loaders, jobOfItem(row))));
  const positions = await Promise.all(
    rows.map((row) => (row.action === 'CLOSE_POSITION' ? loaders.position.load(row.entity_id) : null)),
  );
  return rows.map((row, index) => {
    const position = positions[index];
    const facts: BulkActionItemFacts = {
      action: row.action as BulkActionItemFacts['action'],
      outcome: row.outcome as BulkActionItemFacts['outcome'],
      reasonCode: row.reason_code as ReasonCode | null,
      reasonMessage: row.reason_message,
      job: jobs[index] ?? null,
      position: position
        ? {
            isOpen: position.status === 'OPEN',
            qtyReserved: position.qty_reserved,
            shortfallQty: position.shortfall_qty,
          }
        : null,
    };
    return { row, state: bulkActionItemState(facts) };
  });
}

async function loadJob(loaders: ProgressLoaders, id: number | null): Promise<BulkActionJob | null> {
  const job = id === null ? null : await loaders.job.load(id);
  return job && toPlanJob(job, await loaders.executionsOfJob.load(job.id));
}

function toPlanJob(
  job: JobRow,
  executions: Awaited<ReturnType<ProgressLoaders['executionsOfJob']['load']>>,
): BulkActionJob {
  const add = (column: 'executed_qty' | 'cumm_quote_qty'): string =>
    toText(sum(executions.map((execution) => d(execution[column].toFixed()))));
  return {
    status: job.status as JobStatus,
    reasonCode: job.reason_code as ReasonCode | null,
    reasonMessage: job.reason_message,
    executedQty: add('executed_qty'),
    executedQuote: add('cumm_quote_qty'),
  };
}
