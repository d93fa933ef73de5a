import { d, ZERO, type D } from '../money/money.js';
import type { NotificationType } from './notification-types.js';

/** What a message can name, already as text for people; `{symbol}` in a template is `symbol` here. */
export type MessageFacts = Readonly<Record<string, string>>;

/** Something that happened to a user, found in a live event. The key makes it happen once. */
export interface Happening {
  type: NotificationType;
  key: string;
  /** ms since 1970 */
  occurredAt: number;
  facts: MessageFacts;
  positionId?: number;
  fillId?: number;
  jobId?: number;
  alertId?: number;
  webhookEventId?: number;
  vaultId?: number;
  /** The channel that an alert is about, which cannot carry it. */
  notThrough?: number;
}

interface Traded {
  id: number;
  symbol: string;
  account: string;
  tradeMode: string;
}
export interface FillFacts extends Traded {
  positionId: number;
  side: string;
  qty: string;
  price: string;
  realizedQuote: string;
  createdAt: number;
}
export interface PositionFacts extends Traded {
  status: string;
  closeReason: string | null;
  qtyTotal: string;
  priceOpen: string;
  realizedQuote: string;
  /** When its first target fired. */
  partlyTakenAt: number | null;
  /** Sums over its sells. */
  soldQty: string;
  soldQuote: string;
  createdAt: number;
  closedAt: number | null;
}
export interface JobFacts extends Traded {
  side: string;
  reasonCode: string | null;
  reasonMessage: string | null;
  webhookEventId: number | null;
}
export interface AlertFacts {
  id: number;
  type: string;
  severity: string;
  message: string;
  createdAt: number;
  resolvedAt: number | null;
  /** The notification channel that it is about. */
  channelId: number | null;
  vaultId: number | null;
  executionId: number | null;
  /** The job of that execution. */
  jobId?: number | undefined;
}

const NEWS_MS = 3_600_000;

/**
 * Whether a change at `changedAt` is the one that this happening is about. A later change of the same thing finds it
 * again, also when the record that it was told is no longer kept.
 */
export const isNews = ({ occurredAt }: Pick<Happening, 'occurredAt'>, changedAt: number): boolean =>
  Math.abs(changedAt - occurredAt) <= NEWS_MS;

const PLACES = 8;
/** Rounded for reading; the exact figure is on the page. */
const shown = (value: D, places = PLACES): string => value.toDecimalPlaces(places).toFixed();
const figure = (text: string): string => shown(d(text));

const quoteOf = (symbol: string): string => symbol.split('/')[1] ?? '';
const tradeFacts = ({ symbol, account, tradeMode }: Traded): MessageFacts => ({
  ...{ symbol, account, mode: tradeMode, quote: quoteOf(symbol) },
});

export const happeningsOfFill = (fill: FillFacts): Happening[] => [
  {
    ...{ type: 'ORDER_FILLED', key: `ORDER_FILLED:${fill.id}`, occurredAt: fill.createdAt },
    ...{ fillId: fill.id, positionId: fill.positionId },
    facts: {
      ...tradeFacts(fill),
      ...{ side: fill.side, quantity: figure(fill.qty), price: figure(fill.price), position: String(fill.positionId) },
      profit: figure(fill.realizedQuote),
    },
  },
];

const CLOSE_TYPES: Readonly<Record<string, NotificationType>> = {
  STOP_LOSS: 'STOP_LOSS_TRIGGERED',
  TAKE_PROFIT: 'TAKE_PROFIT_TRIGGERED',
  TRAILING_STOP: 'TRAILING_STOP_TRIGGERED',
};

/**
 * What a position has been through so far: at most one happening of each type. A close by a stop or a target is told as
 * that stop or target, with its result, and not a second time as a close.
 */
export function happeningsOfPosition(position: PositionFacts, changedAt: number): Happening[] {
  const about = (type: NotificationType, occurredAt: number, facts: MessageFacts): Happening => ({
    ...{ type, key: `${type}:${position.id}`, occurredAt, positionId: position.id },
    facts: { ...tradeFacts(position), position: String(position.id), ...facts },
  });
  const opened = { quantity: figure(position.qtyTotal), price: figure(position.priceOpen) };
  const happened = [about('POSITION_OPENED', position.createdAt, opened)];
  if (position.partlyTakenAt !== null) {
    happened.push(about('PARTIAL_TP_TRIGGERED', position.partlyTakenAt, resultOf(position)));
  }
  if (position.status === 'CLOSED') {
    const type = CLOSE_TYPES[position.closeReason ?? ''] ?? 'POSITION_CLOSED';
    const facts = { ...resultOf(position), reason: position.closeReason ?? '' };
    happened.push(about(type, position.closedAt ?? changedAt, facts));
  }
  return happened;
}

function resultOf({ qtyTotal, priceOpen, realizedQuote, soldQty, soldQuote }: PositionFacts): MessageFacts {
  const [sold, profit, cost] = [d(soldQty), d(realizedQuote), d(qtyTotal).mul(priceOpen)];
  const sign = profit.isNegative() || profit.isZero() ? '' : '+';
  return {
    quantity: shown(sold),
    price: sold.isZero() ? '—' : shown(d(soldQuote).div(sold)),
    profit: `${sign}${shown(profit)}`,
    profit_pct: `${sign}${shown(cost.isZero() ? ZERO : profit.div(cost).mul(100), 2)}`,
  };
}

/** What the status that a change gave a job means to its owner; nothing for the steps of a trade that goes well. */
export function happeningsOfJob(job: JobFacts, { status, at }: { status: string | null; at: number }): Happening[] {
  if (status !== 'FAILED' && status !== 'SKIPPED') return [];
  const type = status === 'FAILED' ? 'TRADE_FAILED' : 'SIGNAL_REFUSED';
  return [
    {
      ...{ type, key: `${type}:${job.id}`, occurredAt: at, jobId: job.id },
      ...(job.webhookEventId !== null && { webhookEventId: job.webhookEventId }),
      facts: {
        ...tradeFacts(job),
        ...{ side: job.side, job: String(job.id), reason: job.reasonCode ?? '', detail: job.reasonMessage ?? '' },
      },
    },
  ];
}

const ALERT_TYPES: Readonly<Record<string, NotificationType>> = {
  ORDER_UNKNOWN: 'ORDER_UNKNOWN',
  VAULT_NOT_COVERED: 'VAULT_ALERT',
  RECONCILE_FAILED: 'CONNECTION_LOST',
  STALE_PRICES: 'CONNECTION_LOST',
  REDIS_AWAY: 'CONNECTION_LOST',
  SERVICE_DOWN: 'CONNECTION_LOST',
  NOTIFICATION_CHANNEL_DOWN: 'CONNECTION_LOST',
  NOTIFICATION_SERVER_DOWN: 'CONNECTION_LOST',
};

/** An alert is told when it begins and when it ends. The same alert that is raised again meanwhile says nothing new. */
export function happeningsOfAlert(alert: AlertFacts): Happening[] {
  const about = {
    alertId: alert.id,
    ...(alert.vaultId !== null && { vaultId: alert.vaultId }),
    ...(alert.jobId !== undefined && { jobId: alert.jobId }),
    ...(alert.channelId !== null && { notThrough: alert.channelId }),
    facts: { alert: alert.type, severity: alert.severity, message: alert.message },
  };
  const type = ALERT_TYPES[alert.type] ?? 'SYSTEM_ALERT';
  const begun: Happening = { type, key: `ALERT:${alert.id}`, occurredAt: alert.createdAt, ...about };
  if (alert.resolvedAt === null) return [begun];
  const ended = { type: 'ALERT_RESOLVED', key: `ALERT_RESOLVED:${alert.id}`, occurredAt: alert.resolvedAt } as const;
  return [begun, { ...ended, ...about }];
}
