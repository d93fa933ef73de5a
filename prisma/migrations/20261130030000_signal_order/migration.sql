-- Signals of one account and symbol are obeyed in the order of their jobs: what a job waits for, since when, and the buy
-- that the rest of a close is for. The index finds the live jobs of an account, symbol and side before one, and those
-- after it.

-- AlterTable
ALTER TABLE `trade_jobs`
    ADD COLUMN `waits_for_job_id` INTEGER NULL,
    ADD COLUMN `waiting_since` DATETIME(3) NULL,
    ADD COLUMN `closes_job_id` INTEGER NULL;

-- CreateIndex
CREATE INDEX `trade_jobs_exchange_account_id_symbol_side_status_id_idx` ON `trade_jobs`(`exchange_account_id`, `symbol`, `side`, `status`, `id`);
