-- Reports read the closed positions of an account by their time, and the receipts of a source by theirs. Exports read
-- the positions and orders of an account by their id.

-- CreateIndex
CREATE INDEX `trade_positions_exchange_account_id_closed_at_idx` ON `trade_positions`(`exchange_account_id`, `closed_at`);

-- CreateIndex
CREATE INDEX `webhook_receipts_webhook_source_id_received_at_idx` ON `webhook_receipts`(`webhook_source_id`, `received_at`);

-- CreateIndex
CREATE INDEX `trade_positions_exchange_account_id_id_idx` ON `trade_positions`(`exchange_account_id`, `id`);

-- CreateIndex
CREATE INDEX `trade_executions_exchange_account_id_id_idx` ON `trade_executions`(`exchange_account_id`, `id`);
