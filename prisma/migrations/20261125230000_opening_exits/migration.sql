-- A trade parameter gives new positions every exit that an owner could give them by hand.

-- AlterTable
ALTER TABLE `trade_parameters`
    ADD COLUMN `trailing_arming_pct` DECIMAL(5, 2) NULL,
    ADD COLUMN `default_time_stop_hours` INTEGER NULL,
    ADD COLUMN `default_targets_json` JSON NULL,
    ADD COLUMN `default_break_even` BOOLEAN NOT NULL DEFAULT false;
