-- Identities compare by bytes: `Stop-A` and `STOP-A` are two keys, and ids of an exchange may differ in case alone.
ALTER TABLE `bulk_actions` MODIFY `dedupe_key` VARCHAR(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL;
ALTER TABLE `external_orders`
    MODIFY `exchange_order_id` VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    MODIFY `client_order_id` VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL;
ALTER TABLE `external_trades` MODIFY `trade_id` VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL;
ALTER TABLE `process_leases` MODIFY `name` VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL;
ALTER TABLE `shared_prices` MODIFY `price_key` VARCHAR(96) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL;
ALTER TABLE `venue_markets` MODIFY `venue` VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL;
ALTER TABLE `cron_job_configs` MODIFY `name` VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL;
