import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { ExchangeAccount, toAccount } from '../../accounts/account.types.js';
import type { UnreadPart as Unread } from '../../core/signal/read-signal.js';
import { signalOutcome } from '../../core/signal/signal-outcome.js';
import { Access } from '../../graphql/access.js';
import { viewerId, type GraphqlContext } from '../../graphql/context.js';
import { datesOf, onlyOf, tradingFilter, scopesOf } from '../../graphql/list-filter.js';
import { PageArgs, readPage, rowId, toConnection, type Connection } from '../../graphql/pages.js';
import { mustBe } from '../../graphql/owned.js';
import { fromJson } from '../../infra/database/database.js';
import { toJob, TradeJob } from '../../orders/job.types.js';
import { furthestTimeline } from './load-timeline.js';
import { toUnread, UnreadPart } from '../phrases/phrase.types.js';
import { DryRun, toDryRun } from '../dry-runs/dry-run.types.js';
import { SignalResult, TimelineEntry } from './signal-result.types.js';
import { readBlockedAttempts, readEvents, readReceipt, readReceipts } from './webhook-view.store.js';
import {
  toBlockedAttempt,
  toEvent,
  toReceipt,
  toSource,
  WebhookBlockedAttempt,
  WebhookBlockedAttemptConnection,
  WebhookBlockedAttemptFilter,
  WebhookEvent,
  WebhookEventConnection,
  WebhookEventFilter,
  WebhookReceipt,
  WebhookReceiptConnection,
  WebhookReceiptFilter,
  WebhookSource,
} from './webhook.types.js';

@Resolver(() => WebhookReceipt)
export class WebhookReceiptResolver {
  @Query(() => WebhookReceiptConnection, { description: 'POSTs to your sources, newest first.' })
  @Access('user')
  async webhookReceipts(
    @Ctx() ctx: GraphqlContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => WebhookReceiptFilter, { nullable: true, description: 'Which ones.' })
    filter: WebhookReceiptFilter | null,
  ): Promise<Connection<WebhookReceipt>> {
    const page = readPage(args);
    const { tradeMode, outcome, understood, dryRun } = filter ?? {};
    const where = {
      ...{ ...scopesOf(filter ?? {}), tradeMode: tradeMode ?? undefined },
      ...{ outcome: outcome ?? undefined, understood: understood ?? undefined, dryRun: dryRun ?? undefined },
      ...datesOf(filter ?? {}),
    };
    return toConnection(await readReceipts(ctx.app.db, viewerId(ctx), where, page), page, toReceipt);
  }

  @Query(() => WebhookReceipt, { nullable: true, description: 'The receipt of one POST to one of your sources.' })
  @Access('user')
  async webhookReceipt(
    @Ctx() ctx: GraphqlContext,
    @Arg('receipt', () => String, { description: 'Its public id.' }) receipt: string,
  ): Promise<WebhookReceipt | null> {
    const row = await readReceipt(ctx.app.db, viewerId(ctx), receipt);
    return row && toReceipt(row);
  }

  @FieldResolver(() => WebhookSource, { description: 'The source it was sent to.' })
  async source(@Root() receipt: WebhookReceipt, @Ctx() ctx: GraphqlContext): Promise<WebhookSource> {
    return toSource(mustBe(await ctx.loaders.source.load(receipt.row.webhook_source_id)));
  }

  @FieldResolver(() => SignalResult, { description: 'The current result over all accounts.' })
  async result(@Root() receipt: WebhookReceipt, @Ctx() ctx: GraphqlContext): Promise<SignalResult> {
    const rows = await ctx.loaders.outcomesOfReceipt.load(receipt.id);
    const jobs = rows.map((row) => ({ ...row, traded: Boolean(row.traded) }));
    return signalOutcome(receipt, jobs, receipt.dryRun ? await ctx.loaders.dryRunsOfReceipt.load(receipt.id) : []);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'The body as it arrived, with tokens hidden, at most 16,000 characters. Null when the sender was not verified or the body could not be read.',
  })
  async message(@Root() receipt: WebhookReceipt, @Ctx() ctx: GraphqlContext): Promise<string | null> {
    return (await ctx.loaders.messageOfReceipt.load(receipt.id))?.raw_message ?? null;
  }

  @FieldResolver(() => [UnreadPart], {
    description: 'The words or fields that could not be read, as they can be taught to the source.',
  })
  async unread(@Root() receipt: WebhookReceipt, @Ctx() ctx: GraphqlContext): Promise<UnreadPart[]> {
    const parts = fromJson<Unread[]>(receipt.row.unread_json) ?? [];
    if (parts.length === 0) return [];
    return toUnread(parts, await ctx.loaders.phrasesOfSource.load(receipt.row.webhook_source_id));
  }

  @FieldResolver(() => [WebhookEvent], { description: 'Its events, one for each bound account.' })
  async events(@Root() receipt: WebhookReceipt, @Ctx() ctx: GraphqlContext): Promise<WebhookEvent[]> {
    return (await ctx.loaders.eventsOfReceipt.load(receipt.id)).map(toEvent);
  }

  @FieldResolver(() => [TimelineEntry], {
    description: 'Received, verified and read, then the stages of the job that got furthest.',
  })
  async timeline(@Root() receipt: WebhookReceipt, @Ctx() ctx: GraphqlContext): Promise<TimelineEntry[]> {
    const events = await ctx.loaders.eventsOfReceipt.load(receipt.id);
    const jobs = await Promise.all(events.map(({ id }) => ctx.loaders.jobsOfEvent.load(id)));
    const dryRuns = await Promise.all(events.map(({ id }) => ctx.loaders.dryRunOfEvent.load(id)));
    return furthestTimeline(ctx.loaders, receipt.row, {
      jobs: jobs.flat(),
      dryRuns: dryRuns.flatMap((row) => row ?? []),
    });
  }
}

@Resolver(() => WebhookBlockedAttempt)
export class WebhookBlockedAttemptResolver {
  @Query(() => WebhookBlockedAttemptConnection, {
    description: 'Refused POSTs to your sources, newest first: who sent them and why they were refused.',
  })
  @Access('user')
  async webhookBlockedAttempts(
    @Ctx() ctx: GraphqlContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => WebhookBlockedAttemptFilter, { nullable: true, description: 'Which ones.' })
    filter: WebhookBlockedAttemptFilter | null,
  ): Promise<Connection<WebhookBlockedAttempt>> {
    const page = readPage(args);
    const where = {
      ...{ ...scopesOf(filter ?? {}), tradeMode: filter?.tradeMode ?? undefined },
      ...{ reasonCode: onlyOf(filter?.reasonCode), ...datesOf(filter ?? {}) },
    };
    return toConnection(await readBlockedAttempts(ctx.app.db, viewerId(ctx), where, page), page, toBlockedAttempt);
  }

  @FieldResolver(() => WebhookSource, { description: 'The source it was sent to.' })
  async source(@Root() attempt: WebhookBlockedAttempt, @Ctx() ctx: GraphqlContext): Promise<WebhookSource> {
    return toSource(mustBe(await ctx.loaders.source.load(attempt.sourceId)));
  }

  @FieldResolver(() => WebhookReceipt, { nullable: true, description: 'Its receipt, if it got one.' })
  async receipt(@Root() attempt: WebhookBlockedAttempt, @Ctx() ctx: GraphqlContext): Promise<WebhookReceipt | null> {
    const row = attempt.receiptId === null ? null : await ctx.loaders.receipt.load(attempt.receiptId);
    return row && toReceipt(row);
  }
}

@Resolver(() => WebhookEvent)
export class WebhookEventResolver {
  @Query(() => WebhookEventConnection, { description: 'Signals, one for each account they went to, newest first.' })
  @Access('user')
  async webhookEvents(
    @Ctx() ctx: GraphqlContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => WebhookEventFilter, { nullable: true, description: 'Which ones.' })
    filter: WebhookEventFilter | null,
  ): Promise<Connection<WebhookEvent>> {
    const page = readPage(args);
    const where = { ...tradingFilter(filter), action: onlyOf(filter?.action), status: onlyOf(filter?.status) };
    return toConnection(await readEvents(ctx.app.db, viewerId(ctx), where, page), page, toEvent);
  }

  @Query(() => WebhookEvent, { nullable: true, description: 'One signal for one account.' })
  @Access('user')
  async webhookEvent(
    @Ctx() ctx: GraphqlContext,
    @Arg('id', () => ID, { description: 'The event.' }) id: string,
  ): Promise<WebhookEvent | null> {
    const row = await ctx.loaders.event.load(rowId(id) ?? 0);
    return row && toEvent(row);
  }

  @FieldResolver(() => ExchangeAccount, {
    nullable: true,
    description: 'The account it is for; null once it was deleted.',
  })
  async account(@Root() event: WebhookEvent, @Ctx() ctx: GraphqlContext): Promise<ExchangeAccount | null> {
    const row = await ctx.loaders.account.load(event.accountId);
    return row && toAccount(row);
  }

  @FieldResolver(() => [TradeJob], { description: 'The jobs it led to.' })
  async jobs(@Root() event: WebhookEvent, @Ctx() ctx: GraphqlContext): Promise<TradeJob[]> {
    return (await ctx.loaders.jobsOfEvent.load(event.id)).map(toJob);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'The receipt of its POST; see `webhookReceipt`.',
  })
  async receipt(@Root() event: WebhookEvent, @Ctx() ctx: GraphqlContext): Promise<string | null> {
    const row = event.receiptId === null ? null : await ctx.loaders.receipt.load(event.receiptId);
    return row?.receipt ?? null;
  }

  @FieldResolver(() => DryRun, {
    nullable: true,
    description: 'What the account would have done, when the source ran dry. There are no jobs then.',
  })
  async dryRun(@Root() event: WebhookEvent, @Ctx() ctx: GraphqlContext): Promise<DryRun | null> {
    const row = await ctx.loaders.dryRunOfEvent.load(event.id);
    return row && toDryRun(row);
  }

  @FieldResolver(() => [TimelineEntry], { description: 'Its stages, up to the latest one that its jobs have reached.' })
  async timeline(@Root() event: WebhookEvent, @Ctx() ctx: GraphqlContext): Promise<TimelineEntry[]> {
    const [receipt, jobs, dryRun] = await Promise.all([
      event.receiptId === null ? null : ctx.loaders.receipt.load(event.receiptId),
      ctx.loaders.jobsOfEvent.load(event.id),
      ctx.loaders.dryRunOfEvent.load(event.id),
    ]);
    return furthestTimeline(ctx.loaders, receipt, { jobs, dryRuns: dryRun ? [dryRun] : [] });
  }
}
