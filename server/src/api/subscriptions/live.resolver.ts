import { Args, ArgsType, Ctx, Field, ID, InputType, Query, Resolver, Root, Subscription } from 'type-graphql';
import { readAccountsById, type AccountRow } from '../../accounts/account.store.js';
import { toAccount } from '../../accounts/account.types.js';
import { Access } from '../../graphql/access.js';
import { viewerId, type GraphqlContext } from '../../graphql/context.js';
import type { TradeMode as TradeModeText } from '../../core/domain.js';
import type { AlertType as AlertTypeName } from '../../core/operations/alert-types.js';
import { AlertSeverity, AlertType, ReceiptOutcome, TradeMode, type AlertSeverityName } from '../../graphql/enums.js';
import { apiError, badInput } from '../../graphql/errors.js';
import { symbolsOf } from '../../graphql/list-filter.js';
import { filterId } from '../../graphql/pages.js';
import { createLoaders } from '../loaders.js';
import type { Database } from '../../infra/database/database.js';
import type { LiveTopic } from '../../infra/database/live-events.js';
import { readAlertsById, type AlertRow } from '../../alerts/alert.store.js';
import { toAlert } from '../../alerts/alert.types.js';
import {
  readLiveFills,
  readPositionsById,
  type LiveFillRow,
  type PositionRow,
} from '../../positions/position.store.js';
import { toFill, toPosition } from '../../positions/position.types.js';
import { readJobsById, type JobRow } from '../../orders/job.store.js';
import { toJob } from '../../orders/job.types.js';
import { entityStream, type LiveDelivery } from './entity-stream.js';
import { decodeLiveCursor, encodeLiveCursor } from '../../live/live-cursor.js';
import { LiveError } from '../../live/live-hub.js';
import { readVaultsById, type VaultRow } from '../../vaults/vault-view.store.js';
import { toVault } from '../../vaults/vault.types.js';
import { readLiveReceipts, type LiveReceiptRow } from '../../webhooks/events/webhook-view.store.js';
import { toReceipt } from '../../webhooks/events/webhook.types.js';
import {
  AccountEvent,
  AlertEvent,
  FillEvent,
  JobEvent,
  PositionEvent,
  ReceiptEvent,
  VaultEvent,
} from './live.types.js';

@ArgsType()
class AfterArgs {
  @Field(() => String, {
    nullable: true,
    description:
      'A cursor from an earlier event or liveCursor: later events are sent first. Without it, the stream starts now.',
  })
  after?: string | null;
}

@InputType({ description: 'Which events of trades.' })
class LiveFilter {
  @Field(() => TradeMode, { nullable: true, description: 'Only those of this mode.' })
  tradeMode?: TradeModeText | null;

  @Field(() => ID, { nullable: true, description: 'Only those of this account.' })
  accountId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only those that signals of this source led to.' })
  sourceId?: string | null;

  @Field(() => String, { nullable: true, description: 'Only those of this symbol, in any spelling.' })
  symbol?: string | null;
}

@ArgsType()
class TradeEventArgs extends AfterArgs {
  @Field(() => LiveFilter, { nullable: true, description: 'Filters the events.' })
  filter?: LiveFilter | null;
}

@InputType({ description: 'Which events of accounts.' })
class AccountEventFilter {
  @Field(() => ID, { nullable: true, description: 'Only those of this account.' })
  accountId?: string | null;

  @Field(() => TradeMode, { nullable: true, description: 'Only those of accounts of this mode.' })
  tradeMode?: TradeModeText | null;
}

@ArgsType()
class AccountEventArgs extends AfterArgs {
  @Field(() => AccountEventFilter, { nullable: true, description: 'Filters the events.' })
  filter?: AccountEventFilter | null;
}

@InputType({ description: 'Which events of vaults.' })
class VaultEventFilter {
  @Field(() => ID, { nullable: true, description: 'Only those of this vault.' })
  vaultId?: string | null;

  @Field(() => TradeMode, { nullable: true, description: 'Only those of vaults of this mode.' })
  tradeMode?: TradeModeText | null;
}

@ArgsType()
class VaultEventArgs extends AfterArgs {
  @Field(() => VaultEventFilter, { nullable: true, description: 'Filters the events.' })
  filter?: VaultEventFilter | null;
}

@InputType({ description: 'Which events of alerts.' })
class AlertEventFilter {
  @Field(() => [AlertType], { nullable: true, description: 'Only alerts of these kinds.' })
  type?: AlertTypeName[] | null;

  @Field(() => [AlertSeverity], { nullable: true, description: 'Only alerts of these severities.' })
  severity?: AlertSeverityName[] | null;
}

@ArgsType()
class AlertEventArgs extends AfterArgs {
  @Field(() => AlertEventFilter, { nullable: true, description: 'Filters the events.' })
  filter?: AlertEventFilter | null;
}

@InputType({ description: 'Which receipts.' })
class ReceiptEventFilter {
  @Field(() => ID, { nullable: true, description: 'Only those of this source.' })
  sourceId?: string | null;

  @Field(() => TradeMode, { nullable: true, description: 'Only those of sources of this mode.' })
  tradeMode?: TradeModeText | null;

  @Field(() => String, { nullable: true, description: 'Only those of this symbol, in any spelling.' })
  symbol?: string | null;

  @Field(() => ReceiptOutcome, { nullable: true, description: 'Only accepted or only refused ones.' })
  outcome?: 'ACCEPTED' | 'REFUSED' | null;
}

@ArgsType()
class ReceiptEventArgs extends AfterArgs {
  @Field(() => ReceiptEventFilter, { nullable: true, description: 'Filters the events.' })
  filter?: ReceiptEventFilter | null;
}

/** Whether a subscription wants a row. Events that it does not want still move its cursor on. */
type Wanted<Row> = (args: object) => (row: Row) => boolean;
interface TradeRow {
  exchange_account_id: number;
  webhook_source_id: number | null;
  symbol: string;
}

const wantedTrade: Wanted<TradeRow & { trade_mode: string }> = (args) => {
  const filter = (args as TradeEventArgs).filter ?? {};
  const { tradeMode } = filter;
  const isWanted = wantedPlace(args);
  return (row) => isWanted(row) && (!tradeMode || row.trade_mode === tradeMode);
};

const wantedPlace: Wanted<TradeRow> = (args) => {
  const { accountId, sourceId, symbol } = (args as TradeEventArgs).filter ?? {};
  const [account, source, symbols] = [filterId(accountId), filterId(sourceId), symbolsOf(symbol)];
  return (row) =>
    (account === undefined || row.exchange_account_id === account) &&
    (source === undefined || row.webhook_source_id === source) &&
    (symbols === undefined || symbols.includes(row.symbol));
};

const wantedFill: Wanted<LiveFillRow> = (args) => {
  const { tradeMode } = (args as TradeEventArgs).filter ?? {};
  const isWanted = wantedPlace(args);
  return (row) => isWanted(row) && (!tradeMode || row.position.trade_mode === tradeMode);
};

const wantedAccount: Wanted<AccountRow> = (args) => {
  const { accountId, tradeMode } = (args as AccountEventArgs).filter ?? {};
  const account = filterId(accountId);
  return (row) =>
    (account === undefined || row.id === account) && (!tradeMode || row.is_simulation === (tradeMode === 'SIMULATION'));
};

const wantedVault: Wanted<VaultRow> = (args) => {
  const { vaultId, tradeMode } = (args as VaultEventArgs).filter ?? {};
  const vault = filterId(vaultId);
  return (row) => (vault === undefined || row.id === vault) && (!tradeMode || row.trade_mode === tradeMode);
};

const wantedAlert: Wanted<AlertRow> = (args) => {
  const { type, severity } = (args as AlertEventArgs).filter ?? {};
  const types: readonly string[] | null | undefined = type;
  const severities = severity?.map((name) => name.toLowerCase());
  return (row) => (!types || types.includes(row.alert_type)) && (!severities || severities.includes(row.severity));
};

const wantedReceipt: Wanted<LiveReceiptRow> = (args) => {
  const { sourceId, tradeMode, symbol, outcome } = (args as ReceiptEventArgs).filter ?? {};
  const source = filterId(sourceId);
  const symbols = symbolsOf(symbol);
  return (row) =>
    (source === undefined || row.webhook_source_id === source) &&
    (!tradeMode || row.webhook_source.trade_mode === tradeMode) &&
    (!outcome || row.outcome === outcome) &&
    (symbols === undefined || (row.symbol_normalized !== null && symbols.includes(row.symbol_normalized)));
};

type ReadRows<Row> = (db: Database, userId: number, ids: number[]) => Promise<readonly Row[]>;

/** Converts errors of the hub to errors of the API. */
function toApiError(error: unknown): unknown {
  if (!(error instanceof LiveError)) return error;
  return apiError(error.code === 'CURSOR_UNKNOWN' ? 'BAD_USER_INPUT' : error.code, error.message);
}

/** The event of a cursor; undefined = from now on. Throws BAD_USER_INPUT. */
export function readAfter(after: string | null | undefined): number | undefined {
  const seq = after === null || after === undefined ? undefined : decodeLiveCursor(after);
  if (seq === null) throw badInput({ path: 'after', message: 'after must be a cursor of an event, or liveCursor.' });
  return seq;
}

/** The stream of one topic: the viewer's events from the hub, each with its row. */
const stream =
  <Row extends { id: number }>(topic: LiveTopic, readRows: ReadRows<Row>, wanted: Wanted<Row>) =>
  ({ args, context }: { args: object; context: object }): AsyncIterable<LiveDelivery<Row>> => {
    const ctx = context as GraphqlContext;
    const userId = viewerId(ctx);
    const { after } = args as AfterArgs;
    const isWanted = wanted(args);
    const open = async () => {
      const { stream: place } = ctx;
      const seq = place ? place.after : readAfter(after);
      const events = await ctx.hub.subscribe(userId, topic, { after: seq, until: place?.until });
      place?.started(events.startsAfter);
      return events;
    };
    const deliveries = entityStream(open, async (ids) => (await readRows(ctx.app.db, userId, ids)).filter(isWanted));
    const next = () =>
      deliveries.next().catch((error: unknown) => {
        throw toApiError(error);
      });
    const iterator: AsyncIterableIterator<LiveDelivery<Row>> = {
      ...deliveries,
      next,
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  };

/**
 * Each event is answered with rows that are read for it, because rows loaded for an earlier event may have changed
 * since.
 */
function freshen(ctx: GraphqlContext, seq: number): void {
  if (ctx.stream) ctx.stream.seq = seq;
  ctx.loaders = createLoaders(ctx.app, viewerId(ctx));
}

@Resolver()
export class LiveResolver {
  @Query(() => String, {
    description: 'The newest live-event cursor of the signed-in user: subscribe with it as `after`, then query.',
  })
  @Access('user')
  async liveCursor(@Ctx() ctx: GraphqlContext): Promise<string> {
    return encodeLiveCursor(await ctx.hub.cursor(viewerId(ctx)));
  }

  @Subscription(() => FillEvent, {
    description: 'Each fill of your positions.',
    subscribe: stream('FILL', readLiveFills, wantedFill),
  })
  @Access('user')
  fillAdded(
    @Root() { seq, row }: LiveDelivery<LiveFillRow>,
    @Ctx() ctx: GraphqlContext,
    @Args(() => TradeEventArgs) _args: TradeEventArgs,
  ): FillEvent {
    freshen(ctx, seq);
    return { cursor: encodeLiveCursor(seq), fill: toFill(row) };
  }

  @Subscription(() => PositionEvent, {
    description: 'Each change of your positions; prices are not changes, see `prices`.',
    subscribe: stream('POSITION', readPositionsById, wantedTrade),
  })
  @Access('user')
  positionChanged(
    @Root() { seq, row }: LiveDelivery<PositionRow>,
    @Ctx() ctx: GraphqlContext,
    @Args(() => TradeEventArgs) _args: TradeEventArgs,
  ): PositionEvent {
    freshen(ctx, seq);
    return { cursor: encodeLiveCursor(seq), position: toPosition(row) };
  }

  @Subscription(() => JobEvent, {
    description: 'Each change of your jobs.',
    subscribe: stream('JOB', readJobsById, wantedTrade),
  })
  @Access('user')
  jobChanged(
    @Root() { seq, jobStatus, row }: LiveDelivery<JobRow>,
    @Ctx() ctx: GraphqlContext,
    @Args(() => TradeEventArgs) _args: TradeEventArgs,
  ): JobEvent {
    freshen(ctx, seq);
    const job = toJob(row);
    return { cursor: encodeLiveCursor(seq), status: jobStatus ?? job.status, job };
  }

  @Subscription(() => VaultEvent, {
    description:
      'What orders do to the balances of your vaults: each reservation, cost and return. Deposits and withdrawals are answered by their mutations.',
    subscribe: stream('VAULT', readVaultsById, wantedVault),
  })
  @Access('user')
  vaultChanged(
    @Root() { seq, row }: LiveDelivery<VaultRow>,
    @Ctx() ctx: GraphqlContext,
    @Args(() => VaultEventArgs) _args: VaultEventArgs,
  ): VaultEvent {
    freshen(ctx, seq);
    return { cursor: encodeLiveCursor(seq), vault: toVault(row) };
  }

  @Subscription(() => AccountEvent, {
    description: 'Each reading of the balances of your real accounts.',
    subscribe: stream('ACCOUNT', readAccountsById, wantedAccount),
  })
  @Access('user')
  accountChanged(
    @Root() { seq, row }: LiveDelivery<AccountRow>,
    @Ctx() ctx: GraphqlContext,
    @Args(() => AccountEventArgs) _args: AccountEventArgs,
  ): AccountEvent {
    freshen(ctx, seq);
    return { cursor: encodeLiveCursor(seq), account: toAccount(row) };
  }

  @Subscription(() => AlertEvent, {
    description: 'Alerts as they are raised and resolved.',
    subscribe: stream('ALERT', readAlertsById, wantedAlert),
  })
  @Access('user')
  alertChanged(
    @Root() { seq, row }: LiveDelivery<AlertRow>,
    @Ctx() ctx: GraphqlContext,
    @Args(() => AlertEventArgs) _args: AlertEventArgs,
  ): AlertEvent {
    freshen(ctx, seq);
    return { cursor: encodeLiveCursor(seq), alert: toAlert(row) };
  }

  @Subscription(() => ReceiptEvent, {
    description:
      'Each message that arrives at your webhook sources, accepted or refused. Repeats are not events, nor refusals that a flood leaves without a receipt. One of a source that runs dry comes again for each account, when it is decided what would have been traded.',
    subscribe: stream('RECEIPT', readLiveReceipts, wantedReceipt),
  })
  @Access('user')
  receiptAdded(
    @Root() { seq, row }: LiveDelivery<LiveReceiptRow>,
    @Ctx() ctx: GraphqlContext,
    @Args(() => ReceiptEventArgs) _args: ReceiptEventArgs,
  ): ReceiptEvent {
    freshen(ctx, seq);
    return { cursor: encodeLiveCursor(seq), receipt: toReceipt(row) };
  }
}
