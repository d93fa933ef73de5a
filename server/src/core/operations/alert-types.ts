/** Every kind of alert, with what it means: one closed list for the server, the GraphQL schema and the page. */
export const ALERT_TYPES = {
  // about the money and the trades of an owner
  UNPROTECTED_POSITION: 'Open positions have no exit that would limit a loss, or nothing that would fire it.',
  ORDER_UNKNOWN: 'The outcome of an order is not known yet.',
  ORDER_NOT_OURS: 'An order that no job made was found at the exchange.',
  KEY_MAY_WITHDRAW: 'The API key of an account may withdraw.',
  MISSED_SIGNAL: 'A signal that should have come did not.',
  WEBHOOK_SILENT: 'A webhook source has received nothing for a long time.',
  LEDGER_DRIFT: 'A stored number does not follow from its history.',
  POSITION_INVALID_QTY: 'The coins of a position do not match.',
  POSITION_SHORTFALL: 'Coins were missing when a position was sold.',
  POSITION_UNSELLABLE: 'An exit could not sell.',
  TRIGGER_MISSED: 'An exit was fired by the safety sweep only.',
  RECONCILE_FAILED: 'An account could not be compared with its exchange.',
  VAULT_NOT_COVERED: 'The accounts hold less than the vaults set apart.',
  // about the installation
  STALE_PRICES: 'The prices of a symbol are too old to fire an exit.',
  SERVICE_DOWN: 'No process of a service has reported for 90 seconds.',
  PROCESS_STUCK: 'A process died, hangs or stood still.',
  HIGH_CPU: 'A process uses more than 90 % of the processors.',
  HIGH_MEMORY: 'A process uses more than 90 % of its memory.',
  HIGH_DISK_USAGE: 'A disk is more than 90 % full.',
  QUEUE_BACKLOG: 'Jobs wait too long to be executed.',
  SAFETY_JOB_PAUSED: 'The safety net of exits is paused.',
  SCHEDULED_JOB_FAILED: 'A scheduled job failed three times in a row.',
  CLOCK_SKEW: "The clock of a machine differs from the database's.",
  REDIS_AWAY: 'Redis does not answer.',
  NOTIFICATION_CHANNEL_DOWN: 'A notification could not be delivered.',
  NOTIFICATION_SERVER_DOWN: 'The server of WhatsApp or e-mail does not work.',
} as const;

export type AlertType = keyof typeof ALERT_TYPES;
