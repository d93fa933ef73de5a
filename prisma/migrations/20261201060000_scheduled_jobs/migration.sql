-- Scheduled jobs: when a run began, runs that an admin asks for, and the lease of a running one.
ALTER TABLE `cron_job_configs`
  ADD COLUMN `last_started_at` DATETIME(3) NULL,
  ADD COLUMN `run_requested_at` DATETIME(3) NULL,
  ADD COLUMN `run_requested_by` INTEGER NULL;

ALTER TABLE `cron_job_executions`
  ADD COLUMN `requested_by` INTEGER NULL,
  ADD COLUMN `holder` VARCHAR(96) NULL,
  ADD COLUMN `held_until` DATETIME(3) NULL;

CREATE INDEX `cron_job_executions_job_config_id_held_until_idx` ON `cron_job_executions`(`job_config_id`, `held_until`);
CREATE INDEX `cron_job_executions_started_at_idx` ON `cron_job_executions`(`started_at`);

-- The list of users, in pages.
CREATE INDEX `users_is_active_created_at_idx` ON `users`(`is_active`, `created_at`);

-- The audit log, in pages.
CREATE INDEX `audit_logs_entity_type_created_at_idx` ON `audit_logs`(`entity_type`, `created_at`);
CREATE INDEX `audit_logs_entity_type_entity_id_created_at_idx` ON `audit_logs`(`entity_type`, `entity_id`, `created_at`);
