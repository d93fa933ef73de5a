-- Tables and columns of ours get the field's words: a share of a position that a live sell may sell is a reservation,
-- an order that no job made is an external order, closing many positions is a bulk action. No row is lost or changed
-- but the codes at the end.

-- Reservations
ALTER TABLE `trade_positions` DROP CONSTRAINT `trade_positions_promised_check`;
ALTER TABLE `trade_positions` RENAME COLUMN `qty_promised` TO `qty_reserved`;
ALTER TABLE `trade_positions` ADD CONSTRAINT `trade_positions_reserved_check` CHECK (`qty_reserved` >= 0 AND `qty_reserved` <= `qty_remaining`);

ALTER TABLE `position_promises` DROP FOREIGN KEY `position_promises_trade_job_id_fkey`;
ALTER TABLE `position_promises` DROP FOREIGN KEY `position_promises_position_id_fkey`;
ALTER TABLE `position_promises` DROP CONSTRAINT `position_promises_sold_check`;
RENAME TABLE `position_promises` TO `position_reservations`;
ALTER TABLE `position_reservations` RENAME INDEX `position_promises_trade_job_id_position_id_key` TO `position_reservations_trade_job_id_position_id_key`;
ALTER TABLE `position_reservations` RENAME INDEX `position_promises_position_id_is_live_idx` TO `position_reservations_position_id_is_live_idx`;
ALTER TABLE `position_reservations` ADD CONSTRAINT `position_reservations_sold_check` CHECK (`qty_sold` >= 0 AND `qty_sold` <= `qty`);
ALTER TABLE `position_reservations` ADD CONSTRAINT `position_reservations_trade_job_id_fkey` FOREIGN KEY (`trade_job_id`) REFERENCES `trade_jobs`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE `position_reservations` ADD CONSTRAINT `position_reservations_position_id_fkey` FOREIGN KEY (`position_id`) REFERENCES `trade_positions`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- Bulk actions
ALTER TABLE `owner_plan_items` DROP FOREIGN KEY `owner_plan_items_owner_plan_id_fkey`;
ALTER TABLE `owner_plan_items` DROP FOREIGN KEY `owner_plan_items_exchange_account_id_fkey`;
ALTER TABLE `owner_plan_items` DROP FOREIGN KEY `owner_plan_items_trade_job_id_fkey`;
ALTER TABLE `owner_plans` DROP FOREIGN KEY `owner_plans_user_id_fkey`;
RENAME TABLE `owner_plans` TO `bulk_actions`, `owner_plan_items` TO `bulk_action_items`;
ALTER TABLE `bulk_actions` RENAME INDEX `owner_plans_dedupe_key_key` TO `bulk_actions_dedupe_key_key`;
ALTER TABLE `bulk_actions` RENAME INDEX `owner_plans_user_id_id_idx` TO `bulk_actions_user_id_id_idx`;
ALTER TABLE `bulk_action_items` RENAME COLUMN `owner_plan_id` TO `bulk_action_id`;
ALTER TABLE `bulk_action_items` RENAME INDEX `owner_plan_items_owner_plan_id_action_entity_id_key` TO `bulk_action_items_bulk_action_id_action_entity_id_key`;
ALTER TABLE `bulk_action_items` RENAME INDEX `owner_plan_items_exchange_account_id_idx` TO `bulk_action_items_exchange_account_id_idx`;
ALTER TABLE `bulk_action_items` RENAME INDEX `owner_plan_items_trade_job_id_idx` TO `bulk_action_items_trade_job_id_idx`;
ALTER TABLE `bulk_actions` ADD CONSTRAINT `bulk_actions_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `bulk_action_items` ADD CONSTRAINT `bulk_action_items_bulk_action_id_fkey` FOREIGN KEY (`bulk_action_id`) REFERENCES `bulk_actions`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `bulk_action_items` ADD CONSTRAINT `bulk_action_items_exchange_account_id_fkey` FOREIGN KEY (`exchange_account_id`) REFERENCES `exchange_accounts`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `bulk_action_items` ADD CONSTRAINT `bulk_action_items_trade_job_id_fkey` FOREIGN KEY (`trade_job_id`) REFERENCES `trade_jobs`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- External orders
ALTER TABLE `foreign_trades` DROP FOREIGN KEY `foreign_trades_foreign_order_id_fkey`;
ALTER TABLE `foreign_orders` DROP FOREIGN KEY `foreign_orders_exchange_account_id_fkey`;
ALTER TABLE `foreign_orders` DROP FOREIGN KEY `foreign_orders_position_id_fkey`;
RENAME TABLE `foreign_orders` TO `external_orders`, `foreign_trades` TO `external_trades`;
ALTER TABLE `external_orders` RENAME INDEX `foreign_orders_exchange_account_id_symbol_exchange_order_id_key` TO `external_orders_exchange_account_id_symbol_exchange_order_id_key`;
ALTER TABLE `external_orders` RENAME INDEX `foreign_orders_exchange_account_id_dismissed_at_id_idx` TO `external_orders_exchange_account_id_dismissed_at_id_idx`;
ALTER TABLE `external_orders` RENAME INDEX `foreign_orders_position_id_idx` TO `external_orders_position_id_idx`;
ALTER TABLE `external_trades` RENAME COLUMN `foreign_order_id` TO `external_order_id`;
ALTER TABLE `external_trades` RENAME INDEX `foreign_trades_foreign_order_id_trade_id_key` TO `external_trades_external_order_id_trade_id_key`;
ALTER TABLE `external_orders` ADD CONSTRAINT `external_orders_exchange_account_id_fkey` FOREIGN KEY (`exchange_account_id`) REFERENCES `exchange_accounts`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `external_orders` ADD CONSTRAINT `external_orders_position_id_fkey` FOREIGN KEY (`position_id`) REFERENCES `trade_positions`(`id`) ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE `external_trades` ADD CONSTRAINT `external_trades_external_order_id_fkey` FOREIGN KEY (`external_order_id`) REFERENCES `external_orders`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

-- Codes that rows carry
UPDATE `trade_jobs` SET `reason_code` = CASE `reason_code` WHEN 'ALREADY_PROMISED' THEN 'ALREADY_RESERVED' WHEN 'COINS_PRESENT' THEN 'HOLDING_PRESENT' WHEN 'COINS_MISSING' THEN 'HOLDING_MISSING' WHEN 'COINS_LOCKED' THEN 'HOLDING_LOCKED' WHEN 'ORDER_OVER' THEN 'ORDER_CLOSED' ELSE `reason_code` END WHERE `reason_code` IN ('ALREADY_PROMISED', 'COINS_PRESENT', 'COINS_MISSING', 'COINS_LOCKED', 'ORDER_OVER');
UPDATE `bulk_action_items` SET `reason_code` = CASE `reason_code` WHEN 'ALREADY_PROMISED' THEN 'ALREADY_RESERVED' WHEN 'COINS_PRESENT' THEN 'HOLDING_PRESENT' WHEN 'COINS_MISSING' THEN 'HOLDING_MISSING' WHEN 'COINS_LOCKED' THEN 'HOLDING_LOCKED' WHEN 'ORDER_OVER' THEN 'ORDER_CLOSED' ELSE `reason_code` END WHERE `reason_code` IN ('ALREADY_PROMISED', 'COINS_PRESENT', 'COINS_MISSING', 'COINS_LOCKED', 'ORDER_OVER');
UPDATE `system_alerts` SET `alert_type` = 'EXTERNAL_ORDER', `open_key` = REPLACE(`open_key`, 'FOREIGN_ORDER:', 'EXTERNAL_ORDER:') WHERE `alert_type` = 'FOREIGN_ORDER';
UPDATE `system_alerts` SET `alert_type` = 'HOLDING_MISSING', `open_key` = REPLACE(`open_key`, 'COINS_MISSING:', 'HOLDING_MISSING:') WHERE `alert_type` = 'COINS_MISSING';
