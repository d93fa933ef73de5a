-- Close all and the kill switch are reasons of their own. Until now, their sells said MANUAL.
UPDATE `trade_jobs` j
  JOIN `bulk_action_items` i ON i.`trade_job_id` = j.`id` AND i.`action` = 'CLOSE_POSITION'
  JOIN `bulk_actions` b ON b.`id` = i.`bulk_action_id`
  SET j.`origin` = b.`kind`
  WHERE j.`origin` = 'MANUAL';

UPDATE `trade_positions` p
  JOIN `bulk_action_items` i ON i.`entity_id` = p.`id` AND i.`action` = 'CLOSE_POSITION'
  JOIN `trade_jobs` j ON j.`id` = i.`trade_job_id` AND j.`status` = 'FILLED'
  SET p.`close_reason` = j.`origin`
  WHERE p.`close_reason` = 'MANUAL' AND p.`status` = 'CLOSED';
