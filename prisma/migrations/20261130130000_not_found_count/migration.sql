-- How many lookups after `send_before` found no order.
ALTER TABLE trade_executions RENAME COLUMN absences TO not_found_count;
