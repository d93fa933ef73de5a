import DataLoader from 'dataloader';
import { readAccountsById, readBalances } from '../accounts/account.store.js';
import type { Context } from '../context.js';
import { vaultShortfalls } from '../core/ledger/vault-coverage.js';
import {
  readEditsOfPositions,
  readFillsOfPositions,
  readPositionsById,
  readPositionsOfJobs,
  readSellsOfPositions,
  readSourceLabels,
  readTargetsOfPositions,
} from '../positions/position.store.js';
import { readSyncs } from '../reconciliation/external-orders/external-order-view.store.js';
import { readExecutionsOfJobs, readJobsById, readJobsOfEvents, readReservationsOfJobs } from '../orders/job.store.js';
import { readItemsOfBulkActions, readBulkActionsById } from '../bulk-actions/bulk-action.store.js';
import { readCoverageFacts } from '../vaults/vault-coverage.store.js';
import { readVaultBalances, readVaultsById } from '../vaults/vault-view.store.js';
import { readDryRunsOfEvents, readDryRunsOfReceipts } from '../webhooks/dry-runs/dry-run.store.js';
import { readPhrases } from '../webhooks/phrases/webhook-phrases.store.js';
import {
  readBindings,
  readEventsById,
  readEventsOfReceipts,
  readMessagesOfReceipts,
  readOutcomesOfReceipts,
  readReceiptsById,
  readSourcesById,
} from '../webhooks/events/webhook-view.store.js';

type ReadByIds<Row> = (ids: number[]) => Promise<readonly Row[]>;

/** One row for each key; null when the owner has none. */
const one = <Row>(read: ReadByIds<Row>, keyOf: (row: Row) => number) =>
  new DataLoader<number, Row | null>(async (keys) => {
    const rows = new Map((await read([...keys])).map((row) => [keyOf(row), row]));
    return keys.map((key) => rows.get(key) ?? null);
  });

/** All rows of each key, in the order of the read. */
const many = <Row>(read: ReadByIds<Row>, keyOf: (row: Row) => number) =>
  new DataLoader<number, Row[]>(async (keys) => {
    const groups = new Map<number, Row[]>(keys.map((key) => [key, []]));
    for (const row of await read([...keys])) groups.get(keyOf(row))?.push(row);
    return keys.map((key) => groups.get(key) ?? []);
  });

/**
 * The loaders of one operation. What its fields request in one turn is read in one batch, and only rows that `userId`
 * owns. They are never shared between operations, so no user gets a row that was read for another.
 */
export function createLoaders({ db }: Pick<Context, 'db'>, userId: number) {
  const mine =
    <Row>(read: (from: typeof db, owner: number, ids: number[]) => Promise<readonly Row[]>): ReadByIds<Row> =>
    (ids) =>
      read(db, userId, ids);
  const id = (row: { id: number }) => row.id;
  return {
    account: one(mine(readAccountsById), id),
    balances: many(mine(readBalances), (row) => row.exchange_account_id),
    sync: one(mine(readSyncs), (row) => row.exchange_account_id),
    vault: one(mine(readVaultsById), id),
    shortfallsOfVault: many(
      async () => vaultShortfalls(await readCoverageFacts(db, userId)),
      (row) => row.vaultId,
    ),
    vaultBalances: many(mine(readVaultBalances), (row) => row.vault_id),
    source: one(mine(readSourcesById), id),
    bindings: many(mine(readBindings), (row) => row.webhook_source_id),
    phrasesOfSource: many(mine(readPhrases), (row) => row.webhook_source_id),
    receipt: one(mine(readReceiptsById), id),
    messageOfReceipt: one(mine(readMessagesOfReceipts), id),
    outcomesOfReceipt: many(mine(readOutcomesOfReceipts), (row) => row.receiptId),
    dryRunOfEvent: one(mine(readDryRunsOfEvents), (row) => row.webhook_event_id),
    dryRunsOfReceipt: many(mine(readDryRunsOfReceipts), (row) => row.receiptId),
    event: one(mine(readEventsById), id),
    eventsOfReceipt: many(mine(readEventsOfReceipts), (row) => row.webhook_receipt_id ?? 0),
    job: one(mine(readJobsById), id),
    jobsOfEvent: many(mine(readJobsOfEvents), (row) => row.webhook_event_id ?? 0),
    executionsOfJob: many(mine(readExecutionsOfJobs), (row) => row.trade_job_id),
    reservationsOfJob: many(mine(readReservationsOfJobs), (row) => row.trade_job_id),
    position: one(mine(readPositionsById), id),
    targetsOfPosition: many(mine(readTargetsOfPositions), (row) => row.position_id),
    sellsOfPosition: many(mine(readSellsOfPositions), (row) => row.position_id),
    editsOfPosition: many(mine(readEditsOfPositions), (row) => row.entity_id ?? 0),
    positionOfJob: one(mine(readPositionsOfJobs), (row) => row.trade_job_id_open),
    fillsOfPosition: many(mine(readFillsOfPositions), (row) => row.position_id),
    bulkAction: one(mine(readBulkActionsById), id),
    itemsOfBulkAction: many(mine(readItemsOfBulkActions), (row) => row.bulk_action_id),
    sourceLabelOfJob: one(mine(readSourceLabels), (row) => row.jobId),
  };
}
export type Loaders = ReturnType<typeof createLoaders>;
