-- Why entries are paused, and whether the owner accepted a key that may withdraw.
ALTER TABLE `exchange_accounts`
  ADD COLUMN `entries_pause_reason` VARCHAR(24) NULL,
  ADD COLUMN `withdraw_accepted_at` DATETIME(3) NULL;

-- The alert about orders that no job made has the name that it has in the documentation.
UPDATE `system_alerts` SET `alert_type` = 'ORDER_NOT_OURS',
  `open_key` = IF(`open_key` LIKE 'EXTERNAL\_ORDER:%', CONCAT('ORDER_NOT_OURS', SUBSTRING(`open_key`, 15)), `open_key`)
  WHERE `alert_type` = 'EXTERNAL_ORDER';
