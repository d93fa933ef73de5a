import type { LiveFillFragment, LiveJobFragment, LivePositionFragment, TradeMode } from '../../gql/generated';

/** What an open page tells by itself. A fill that closed its position is told as the exit. */
export type News =
  | { kind: 'fill'; fill: LiveFillFragment; position: LivePositionFragment }
  | { kind: 'exit'; position: LivePositionFragment }
  | { kind: 'refusal'; job: LiveJobFragment };

export interface NewsChoice {
  newsFills: boolean;
  newsExits: boolean;
  newsRefusals: boolean;
}

/** More than so many of a kind at once are counted instead of listed. */
const LISTED_MAX = 2;
/** A change of a position that was closed longer ago is not its close. */
const CLOSE_IS_NEWS_MS = 60_000;

/** Whether this change of a position is its close. Both times are the server's. */
export const isClose = ({ status, closedAt, updatedAt }: LivePositionFragment): boolean =>
  status === 'CLOSED' && closedAt !== null && Date.parse(updatedAt) - Date.parse(closedAt) < CLOSE_IS_NEWS_MS;

export const isRefusal = ({ status }: LiveJobFragment): boolean => status === 'FAILED' || status === 'SKIPPED';

/** Real money is told in every mode; simulated trades only where they are shown. */
export const concerns = (tradeMode: TradeMode, shown: TradeMode): boolean =>
  tradeMode === 'REAL' || tradeMode === shown;

/** Whether somebody should hear it at once: a stop that fired, and an order with real money that failed. */
export const isUrgent = (news: News): boolean =>
  news.kind === 'exit'
    ? news.position.closeReason === 'STOP_LOSS'
    : news.kind === 'refusal' && news.job.tradeMode === 'REAL' && news.job.status === 'FAILED';

export interface Told {
  /** Those that are told one by one, in their order. */
  single: News[];
  /** How many of a kind are told together. */
  counted: { kind: News['kind']; count: number; isUrgent: boolean }[];
}

/** What is told of what happened within a moment: what a person chose, and a burst as its count. */
export function summarize(all: readonly News[], choice: NewsChoice): Told {
  const closed = new Set(all.flatMap((one) => (one.kind === 'exit' ? one.position.id : [])));
  const chosen = all.filter((one) => {
    if (one.kind === 'exit') return choice.newsExits;
    if (one.kind === 'refusal') return choice.newsRefusals;
    return choice.newsFills && !(closed.has(one.position.id) && choice.newsExits);
  });
  const told: Told = { single: [], counted: [] };
  for (const kind of ['fill', 'exit', 'refusal'] as const) {
    const some = chosen.filter((one) => one.kind === kind);
    if (some.length <= LISTED_MAX) told.single.push(...some);
    else told.counted.push({ kind, count: some.length, isUrgent: some.some(isUrgent) });
  }
  return told;
}
