import { EXCHANGES, EXECUTION_STATUSES, JOB_STATUSES, ORDER_SIDES, TRADE_MODES } from '../domain.js';
import { EXIT_REASONS } from '../exits/triggers.js';
import { PRICE_VENUES } from '../price/price-key.js';
import { REASONS } from '../reasons.js';
import { SCHEDULED_JOB_NAMES } from './scheduled-jobs.js';

/**
 * All series of the metrics endpoint, in one list: the registry is made from it, docs/METRICS.md is printed from it, and
 * a test compares the alert rules and the dashboard with it. Every label has a closed list of values (an unknown one is
 * counted as `other`), so that the number of series has a limit and no name of a person becomes one.
 */
export interface MetricEntry {
  type: 'counter' | 'gauge' | 'histogram';
  /** What one unit of the value is. */
  unit: string;
  help: string;
  labels?: Readonly<Record<string, readonly string[]>>;
  /** Upper bounds of a histogram. */
  buckets?: readonly number[];
  /** Read from the database when Prometheus asks: the same in every process of the installation. */
  isShared?: true;
}

export const METRIC_PREFIX = 'mvcashnode_';
/** The value of a label that is not in its list. */
export const OTHER = 'other';

const EXECUTION_ANSWERS = ['accepted', 'refused', 'not_sent', 'unknown', 'too_late'] as const;
const FAST = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const;
const REASON_CODES = Object.keys(REASONS);
const POOLS = ['reads', 'transactions'] as const;
const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
const RUN_STATUSES = ['SUCCESS', 'FAILED', 'TIMEOUT'] as const;

export const METRICS = {
  signals_total: {
    ...{ type: 'counter', unit: 'signals' },
    help: 'Signals that webhooks received, by what became of them. `failed`: not stored, because the database failed or was too slow.',
    labels: { outcome: ['accepted', 'repeat', 'refused', 'failed'] },
  },
  signals_refused_total: {
    ...{ type: 'counter', unit: 'signals' },
    help: 'Refused signals by reason code.',
    labels: { reason: REASON_CODES },
  },
  signal_answer_seconds: {
    ...{ type: 'histogram', unit: 'seconds', buckets: FAST },
    help: 'From the arrival of a signal to the answer, which follows the commit. TradingView waits three seconds.',
  },
  jobs_total: {
    ...{ type: 'counter', unit: 'jobs' },
    help: 'Jobs that this process brought to a status. `reason` is the reason code of a refusal, or `none`.',
    labels: { status: JOB_STATUSES, reason: ['none', ...REASON_CODES] },
  },
  jobs_open: {
    ...{ type: 'gauge', unit: 'jobs', isShared: true },
    help: 'Jobs that have not ended.',
    labels: { status: ['PENDING', 'EXECUTING', 'PENDING_LIMIT', 'PARTIALLY_FILLED'] },
  },
  oldest_pending_job_seconds: {
    ...{ type: 'gauge', unit: 'seconds', isShared: true },
    help: 'Age of the oldest job that waits for an executor and for no other job. 0: none waits.',
  },
  orders_sent_total: {
    ...{ type: 'counter', unit: 'orders' },
    help: 'Orders that left for an exchange.',
    labels: { exchange: EXCHANGES, side: ORDER_SIDES, trade_mode: TRADE_MODES },
  },
  order_answers_total: {
    ...{ type: 'counter', unit: 'orders' },
    help: 'First answers of exchanges to orders. `too_late`: not sent, because the time to send it was over.',
    labels: { exchange: EXCHANGES, answer: EXECUTION_ANSWERS },
  },
  order_receipt_to_sent_seconds: {
    ...{ type: 'histogram', unit: 'seconds', buckets: FAST },
    help: 'From the arrival of a signal to the moment when its order left.',
    labels: { trade_mode: TRADE_MODES },
  },
  order_sent_to_answer_seconds: {
    ...{ type: 'histogram', unit: 'seconds', buckets: FAST },
    help: 'From the moment when an order left to the answer of the exchange.',
    labels: { exchange: EXCHANGES },
  },
  exit_tick_to_sent_seconds: {
    ...{ type: 'histogram', unit: 'seconds', buckets: FAST },
    help: 'From the price that fired an exit to the moment when its order left, when one process does both.',
    labels: { trade_mode: TRADE_MODES },
  },
  exit_tick_to_commit_seconds: {
    ...{ type: 'histogram', unit: 'seconds', buckets: FAST },
    help: 'From the price that fired an exit to the commit of its job.',
    labels: { trade_mode: TRADE_MODES },
  },
  exits_total: {
    ...{ type: 'counter', unit: 'exits' },
    help: 'Exits that prices or time fired.',
    labels: { reason: EXIT_REASONS, trade_mode: TRADE_MODES },
  },
  exits_blocked_total: {
    ...{ type: 'counter', unit: 'exits' },
    help: 'Exits that were due and could not be sold: the market does not take so little, the coins are missing, or the exchange reports no markets.',
    labels: { why: ['unsellable', 'missing_coins', 'unreachable'] },
  },
  orders_unresolved: {
    ...{ type: 'gauge', unit: 'orders', isShared: true },
    help: 'Orders whose outcome is not known (yet).',
    labels: { status: EXECUTION_STATUSES.filter((status) => status === 'SENDING' || status === 'UNKNOWN') },
  },
  oldest_unresolved_order_seconds: {
    ...{ type: 'gauge', unit: 'seconds', isShared: true },
    help: 'Age of the oldest order whose outcome is not known. 0: there is none.',
  },
  orders_recovered_total: {
    ...{ type: 'counter', unit: 'orders' },
    help: 'Orders that recovery looked for, by what it found. `retried`: proven absent and sent again.',
    labels: { found: ['booked', 'absent', 'retried', 'failed', 'unreachable'] },
  },
  rate_budget_waits_total: {
    ...{ type: 'counter', unit: 'requests' },
    help: 'Requests to an exchange that waited for its rate limit.',
    labels: { exchange: EXCHANGES },
  },
  rate_budget_exhausted_total: {
    ...{ type: 'counter', unit: 'requests' },
    help: 'Requests to an exchange that were not sent, because their turn would not have come in time.',
    labels: { exchange: EXCHANGES },
  },
  rate_budget_pauses_total: {
    ...{ type: 'counter', unit: 'pauses' },
    help: 'Pauses that an exchange asked for (429, 418 and their relatives).',
    labels: { exchange: EXCHANGES },
  },
  rate_budget_used_ratio: {
    ...{ type: 'gauge', unit: 'share' },
    help: 'The fullest rate limit of an exchange in this process, from 0 to 1. Requests of other processes count once the exchange reports them.',
    labels: { exchange: EXCHANGES },
  },
  price_age_seconds: {
    ...{ type: 'gauge', unit: 'seconds' },
    help: 'Age of the newest price that this process has from a venue.',
    labels: { venue: PRICE_VENUES },
  },
  prices_received_total: {
    ...{ type: 'counter', unit: 'prices' },
    help: 'Newer prices that this process accepted, from its own feeds and from other processes.',
    labels: { venue: PRICE_VENUES },
  },
  watched_prices_stale: {
    ...{ type: 'gauge', unit: 'symbols' },
    help: 'Symbols with open positions that this process watches and whose price is older than STALE_PRICE_MS.',
  },
  triggers_watched: {
    ...{ type: 'gauge', unit: 'positions' },
    help: 'Open positions whose exits this process compares with every price.',
  },
  positions_open: {
    ...{ type: 'gauge', unit: 'positions', isShared: true },
    help: 'Open positions.',
    labels: { trade_mode: TRADE_MODES },
  },
  positions_unsellable: {
    ...{ type: 'gauge', unit: 'positions', isShared: true },
    help: 'Open positions that could not be sold when they should have been.',
  },
  alerts_open: {
    ...{ type: 'gauge', unit: 'alerts', isShared: true },
    help: 'Open alerts, those of users and those for admins.',
    labels: { severity: SEVERITIES },
  },
  trading_halted: {
    ...{ type: 'gauge', unit: '0 or 1', isShared: true },
    help: '1 while trading with real money is halted.',
  },
  accounts_paused: {
    ...{ type: 'gauge', unit: 'accounts', isShared: true },
    help: 'Accounts whose new positions are paused.',
  },
  db_pool_connections: {
    ...{ type: 'gauge', unit: 'connections' },
    help: 'Connections to the database.',
    labels: { pool: POOLS, state: ['active', 'idle'] },
  },
  db_pool_waiting: {
    ...{ type: 'gauge', unit: 'requests' },
    help: 'Requests that wait for a connection to the database.',
    labels: { pool: POOLS },
  },
  db_pool_timeouts_total: {
    ...{ type: 'counter', unit: 'requests' },
    help: 'Requests that got no connection to the database in time.',
    labels: { pool: POOLS },
  },
  db_statements_total: {
    ...{ type: 'counter', unit: 'statements' },
    help: 'SQL statements of the trading engine (Prisma apart).',
    labels: { pool: POOLS },
  },
  db_round_trip_seconds: {
    ...{ type: 'histogram', unit: 'seconds', buckets: FAST },
    help: 'Round trips to the database, of one or more statements.',
    labels: { pool: POOLS },
  },
  db_transaction_retries_total: {
    ...{ type: 'counter', unit: 'transactions' },
    help: 'Transactions that ran again after a deadlock, a lock timeout or a lost connection.',
  },
  redis_state: {
    ...{ type: 'gauge', unit: '0 or 1' },
    help: '1 for the present state of the connection to Redis.',
    labels: { state: ['UP', 'READ_ONLY', 'SILENT', 'AWAY'] },
  },
  clock_skew_seconds: {
    ...{ type: 'gauge', unit: 'seconds' },
    help: "By how much the clock of this machine differs from the database's.",
  },
  graphql_requests_total: {
    ...{ type: 'counter', unit: 'requests' },
    help: 'GraphQL requests over HTTP that were answered, by the class of their status.',
    labels: { status: ['2xx', '4xx', '5xx'] },
  },
  graphql_request_seconds: {
    ...{ type: 'histogram', unit: 'seconds', buckets: FAST },
    help: 'Time to answer a GraphQL request over HTTP.',
  },
  graphql_cost_points_total: { type: 'counter', unit: 'points', help: 'Points that GraphQL requests cost.' },
  graphql_refusals_total: {
    ...{ type: 'counter', unit: 'requests' },
    help: 'GraphQL requests that were refused before they ran.',
    labels: { why: ['requests', 'points', 'document', 'credentials', 'sockets', 'subscriptions'] },
  },
  graphql_sockets: { type: 'gauge', unit: 'websockets', help: 'Open websockets.' },
  graphql_subscriptions: { type: 'gauge', unit: 'subscriptions', help: 'Live subscriptions on all websockets.' },
  graphql_process_up: {
    ...{ type: 'gauge', unit: '0 or 1' },
    help: '1 while the GraphQL process of this API process answers.',
  },
  http_requests_refused_total: {
    ...{ type: 'counter', unit: 'requests' },
    help: 'Requests that the API process did not pass on to GraphQL.',
    labels: { why: ['unavailable', 'rate', 'slow'] },
  },
  scheduled_job_last_success_timestamp_seconds: {
    ...{ type: 'gauge', unit: 'seconds since 1970', isShared: true },
    help: 'End of the last successful run of a scheduled job.',
    labels: { name: SCHEDULED_JOB_NAMES },
  },
  scheduled_job_last_duration_seconds: {
    ...{ type: 'gauge', unit: 'seconds', isShared: true },
    help: 'Duration of the last ended run of a scheduled job.',
    labels: { name: SCHEDULED_JOB_NAMES },
  },
  scheduled_job_interval_seconds: {
    ...{ type: 'gauge', unit: 'seconds', isShared: true },
    help: 'How often a scheduled job should run; absent while it is paused.',
    labels: { name: SCHEDULED_JOB_NAMES },
  },
  scheduled_job_runs_total: {
    ...{ type: 'counter', unit: 'runs' },
    help: 'Runs of scheduled jobs that ended in this process.',
    labels: { name: SCHEDULED_JOB_NAMES, status: RUN_STATUSES },
  },
  backup_last_timestamp_seconds: {
    ...{ type: 'gauge', unit: 'seconds since 1970' },
    help: 'Time of the newest whole backup in BACKUP_DIR; absent without one.',
  },
  backup_last_size_bytes: {
    ...{ type: 'gauge', unit: 'bytes' },
    help: 'Size of the newest whole backup in BACKUP_DIR.',
  },
  backups_kept: { type: 'gauge', unit: 'backups', help: 'Whole backups in BACKUP_DIR.' },
  event_loop_lag_seconds: {
    ...{ type: 'gauge', unit: 'seconds' },
    help: 'How late timers of this process were, over the last ten seconds at least.',
    labels: { stat: ['p50', 'p99', 'max'] },
  },
  process_cpu_used_seconds: {
    ...{ type: 'gauge', unit: 'seconds' },
    help: 'Processor time of this process since its start.',
  },
  process_resident_bytes: { type: 'gauge', unit: 'bytes', help: 'Memory of this process.' },
  process_heap_bytes: { type: 'gauge', unit: 'bytes', help: 'JavaScript heap of this process that is in use.' },
  process_start_timestamp_seconds: {
    ...{ type: 'gauge', unit: 'seconds since 1970' },
    help: 'When this process started.',
  },
  log_lines_total: {
    ...{ type: 'counter', unit: 'lines' },
    help: 'Lines of the log from warnings on.',
    labels: { level: ['warn', 'error', 'fatal'] },
  },
  scrape_errors_total: {
    ...{ type: 'counter', unit: 'readings' },
    help: 'Readings for this endpoint that failed or took too long; their series are missing from the answer.',
    labels: { source: ['database', 'graphql', 'backups'] },
  },
  build_info: {
    ...{ type: 'gauge', unit: 'always 1' },
    help: 'The running program. `version` is the one of package.json, `roles` the roles of the process.',
    // The only labels without a list: a process has one value of each.
    labels: { version: [], node: [], roles: [] },
  },
} as const satisfies Record<string, MetricEntry>;

export type MetricName = keyof typeof METRICS;
/** The names of one type. */
export type MetricOf<T extends MetricEntry['type']> = {
  [K in MetricName]: (typeof METRICS)[K]['type'] extends T ? K : never;
}[MetricName];
export type MetricLabels<K extends MetricName> = (typeof METRICS)[K] extends { labels: infer L }
  ? { [N in keyof L]: string }
  : undefined;

/** The largest number of label combinations that a metric can have in a process, `other` included. */
export const cardinality = (entry: MetricEntry): number =>
  Object.values(entry.labels ?? {}).reduce((all, values) => all * (values.length + 1), 1) *
  (entry.buckets ? entry.buckets.length + 3 : 1);

/** docs/METRICS.md, printed from the list. */
export function printCatalogue(): string {
  const row = ([name, entry]: [string, MetricEntry]): string => {
    const labels = Object.entries(entry.labels ?? {}).map(([label, values]) => `\`${label}\`${shown(values)}`);
    return `| \`${METRIC_PREFIX}${name}\` | ${entry.type} | ${entry.unit} | ${labels.join('; ') || '–'} | ${entry.help} |`;
  };
  const rows = (isShared: boolean) =>
    (Object.entries(METRICS) as [string, MetricEntry][])
      .filter(([, entry]) => (entry.isShared ?? false) === isShared)
      .map(row);
  return [
    INTRODUCTION,
    '## Of each process\n',
    ...TABLE_HEAD,
    ...rows(false),
    '\n## Of the installation\n',
    'They are read from the database, at most every five seconds, and are the same in every process: take `max`, not `sum`.\n',
    ...TABLE_HEAD,
    ...rows(true),
    '',
  ].join('\n');
}

const TABLE_HEAD = ['| series | type | unit | labels | meaning |', '| --- | --- | --- | --- | --- |'];
const LISTED_MAX = 8;

const shown = (values: readonly string[]): string => {
  if (values.length === 0) return '';
  if (values.length <= LISTED_MAX) return ` (${values.join(', ')})`;
  return ` (one of ${values.length})`;
};

const INTRODUCTION = `# Metrics

<!-- Printed from server/src/core/operations/metrics-catalogue.ts; \`npm run check -- --fix\` writes it again. -->

With \`ADMIN_PORT\` set, each process answers \`http://127.0.0.1:<ADMIN_PORT>/metrics\` in the text format of Prometheus. The port
listens on the loopback address only. [deploy/prometheus](../deploy/prometheus) has a scrape configuration and alert rules,
[deploy/grafana](../deploy/grafana) a dashboard; a test compares both with this list.

Every series has the label \`process\`: \`main\`, or \`graphql\` for the GraphQL process, whose series the main process fetches.
Values of labels are from closed lists; anything else is counted as \`other\`. No series names a person, an account or a symbol.
`;
