-- Where the exits that a position was opened with came from, written down when it is opened.

-- AlterTable
ALTER TABLE `trade_positions` ADD COLUMN `trace_json` JSON NULL;
