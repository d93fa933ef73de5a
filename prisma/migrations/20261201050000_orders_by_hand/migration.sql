-- Orders that an owner places by hand: what was asked for, and the position that a buy adds to.

-- AlterTable
ALTER TABLE `trade_jobs`
    ADD COLUMN `request_json` JSON NULL,
    ADD COLUMN `adds_to_position_id` INTEGER NULL;

-- CreateIndex
CREATE INDEX `trade_jobs_adds_to_position_id_idx` ON `trade_jobs`(`adds_to_position_id`);

