-- The log of all notifications, which administrators read by what became of them.
CREATE INDEX `notification_deliveries_status_created_at_idx` ON `notification_deliveries` (`status`, `created_at`);
