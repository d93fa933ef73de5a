import { Arg, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { priceOf } from '../accounts/price-of.js';
import { toAccount, type ExchangeAccount } from '../accounts/account.types.js';
import type { D } from '../core/money/money.js';
import { resultBin } from '../core/reports/result-bins.js';
import { Access } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { orThrow } from '../graphql/errors.js';
import { scopesOf } from '../graphql/list-filter.js';
import { mustBe } from '../graphql/owned.js';
import { rowId } from '../graphql/pages.js';
import { toVault } from '../vaults/vault.types.js';
import { compareBy } from './comparison.js';
import { closedBy, curvesOf, daysOf, exposureOf, summaryOf } from './report-parts.js';
import { reportScope } from './report-scope.js';
import { readFees, readVaultMoves, readWebhooks, type ClosedKey } from './report.store.js';
import {
  AccountReport,
  ComparedGroup,
  ComparisonGroup,
  DayReport,
  EquityPoint,
  FeeReport,
  OpenExposure,
  Report,
  ReportInput,
  ReportSummary,
  ResultReport,
  SourceReport,
  SymbolReport,
  VaultReport,
  WebhookReport,
} from './report.types.js';

/** A part with its decimals as text. */
type Shown<T> = { [K in keyof T]: T[K] extends D ? string : T[K] extends D | null ? string | null : T[K] };
const isDecimal = (value: unknown): value is D => typeof value === 'object' && value !== null && 'toFixed' in value;
const shown = <T extends object>(part: T): Shown<T> =>
  Object.fromEntries(
    Object.entries(part).map(([name, value]) => [name, isDecimal(value) ? value.toFixed() : value]),
  ) as Shown<T>;

const closed = async (ctx: GraphqlContext, { scope }: Report, by: ClosedKey) =>
  (await closedBy(ctx.app.db, scope, by)).map(shown);

const accountOf = async (ctx: GraphqlContext, id: number): Promise<ExchangeAccount> =>
  toAccount(mustBe(await ctx.loaders.account.load(id)));

/** The owner's results in numbers. */
@Resolver(() => Report)
export class ReportResolver {
  @Query(() => Report, { description: 'Your results of a period: select the parts that you need.' })
  @Access('user')
  async report(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => ReportInput, { description: 'What it is about.' }) input: ReportInput,
  ): Promise<Report> {
    const { tradeMode, timeZone, symbol = null, from = null, to = null } = input;
    const id = (text: string | null | undefined) => (text == null ? null : (rowId(text) ?? 0));
    const named = { accountId: id(input.accountId), sourceId: id(input.sourceId) };
    const { accountIds = null, sourceIds = null, symbols = null } = input;
    const several = scopesOf({ accountIds, sourceIds, symbols }, 'input');
    const filter = { tradeMode, timeZone, symbol, from, to, ...named, ...several };
    const { scope } = orThrow(await reportScope(ctx.app, viewerId(ctx), filter));
    return { tradeMode, timeZone, scope };
  }

  @FieldResolver(() => [ReportSummary], { description: 'All trades, one entry for each quote asset.' })
  async summary(@Root() report: Report, @Ctx() ctx: GraphqlContext): Promise<ReportSummary[]> {
    return (await summaryOf(ctx.app.db, report.scope)).map(shown);
  }

  @FieldResolver(() => [SymbolReport], { description: 'The trades of each symbol.' })
  async bySymbol(@Root() report: Report, @Ctx() ctx: GraphqlContext): Promise<SymbolReport[]> {
    return (await closed(ctx, report, 'symbol')).map((part) => ({ ...part, symbol: String(part.key) }));
  }

  @FieldResolver(() => [ResultReport], {
    description: 'How the results are distributed: the trades between fixed bounds, without those that have none.',
  })
  async byResult(@Root() report: Report, @Ctx() ctx: GraphqlContext): Promise<ResultReport[]> {
    return (await closed(ctx, report, 'result')).map((part) => ({ ...part, ...resultBin(Number(part.key)) }));
  }

  @FieldResolver(() => [DayReport], { description: 'Each day with a result or a closed position, the oldest first.' })
  async byDay(@Root() { scope }: Report, @Ctx() ctx: GraphqlContext): Promise<DayReport[]> {
    return (await daysOf(ctx.app.db, scope)).map(shown);
  }

  @FieldResolver(() => [SourceReport], { description: 'The trades that signals of each source opened.' })
  async bySource(@Root() report: Report, @Ctx() ctx: GraphqlContext): Promise<SourceReport[]> {
    const parts = await closed(ctx, report, 'source');
    return Promise.all(
      parts.map(async ({ key, ...part }) => {
        const sourceId = key === null ? null : Number(key);
        const source = sourceId === null ? null : await ctx.loaders.source.load(sourceId);
        return { ...part, sourceId, label: source?.label ?? null };
      }),
    );
  }

  @FieldResolver(() => [AccountReport], { description: 'The trades of each account.' })
  async byAccount(@Root() report: Report, @Ctx() ctx: GraphqlContext): Promise<AccountReport[]> {
    const parts = await closed(ctx, report, 'account');
    return Promise.all(parts.map(async (part) => ({ ...part, account: await accountOf(ctx, Number(part.key)) })));
  }

  @FieldResolver(() => [EquityPoint], { description: 'The realized total at the end of each day with a result.' })
  async equityCurve(@Root() { scope }: Report, @Ctx() ctx: GraphqlContext): Promise<EquityPoint[]> {
    return (await curvesOf(ctx.app.db, scope)).map(shown);
  }

  @FieldResolver(() => [ComparedGroup], {
    description: 'Sources or accounts side by side: those with a result or a signal in the period.',
  })
  async comparison(
    @Root() { scope }: Report,
    @Ctx() ctx: GraphqlContext,
    @Arg('by', () => ComparisonGroup, { defaultValue: 'SOURCE', description: 'What is compared.' })
    by: 'SOURCE' | 'ACCOUNT',
  ): Promise<ComparedGroup[]> {
    const groups = await compareBy(ctx.app.db, scope, by === 'SOURCE' ? 'source' : 'account');
    const named = by === 'SOURCE' ? ctx.loaders.source : ctx.loaders.account;
    return Promise.all(
      groups.map(async ({ id, signals, results }) => ({
        ...{ id, signals, label: id === null ? null : ((await named.load(id))?.label ?? null) },
        results: results.map((result) => ({ ...shown(result), curve: result.curve.map(shown) })),
      })),
    );
  }

  @FieldResolver(() => [OpenExposure], { description: 'What is open now, at the latest prices.' })
  async openExposure(@Root() { scope }: Report, @Ctx() ctx: GraphqlContext): Promise<OpenExposure[]> {
    const parts = await exposureOf(ctx.app.db, scope, (venue) => priceOf(ctx, venue));
    return Promise.all(parts.map(async (part) => ({ ...shown(part), account: await accountOf(ctx, part.accountId) })));
  }

  @FieldResolver(() => [VaultReport], { description: 'What moved in each vault.' })
  async vaults(@Root() { scope }: Report, @Ctx() ctx: GraphqlContext): Promise<VaultReport[]> {
    const rows = await readVaultMoves(ctx.app.db, scope);
    return Promise.all(
      rows.map(async (row) => ({ ...row, vault: toVault(mustBe(await ctx.loaders.vault.load(row.vaultId))) })),
    );
  }

  @FieldResolver(() => [WebhookReport], { description: 'What each source received.' })
  async webhooks(@Root() { scope }: Report, @Ctx() ctx: GraphqlContext): Promise<WebhookReport[]> {
    const rows = await readWebhooks(ctx.app.db, scope);
    return Promise.all(
      rows.map(async (row) => ({ ...row, label: mustBe(await ctx.loaders.source.load(row.sourceId)).label })),
    );
  }

  @FieldResolver(() => [FeeReport], { description: 'The fees, by asset and side.' })
  async fees(@Root() { scope }: Report, @Ctx() ctx: GraphqlContext): Promise<FeeReport[]> {
    return readFees(ctx.app.db, scope);
  }
}
