-- Who took note of an alert, and how often it was raised again before.
ALTER TABLE `system_alerts`
  ADD COLUMN `acknowledged_at` DATETIME(3) NULL,
  ADD COLUMN `acknowledged_by` INTEGER NULL,
  ADD COLUMN `escalation_level` INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN `escalated_at` DATETIME(3) NULL;
