-- A job event says which status the change gave the job: the row itself may have changed again when the event is read.
ALTER TABLE `live_events` ADD COLUMN `job_status` VARCHAR(20) NULL;
