import 'reflect-metadata';
import { createHash } from 'node:crypto';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { Arg, Authorized, buildSchema, Ctx, Field, ID, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { GraphQLDateTime, GraphQLDecimal } from '../graphql/scalars.js';
import type { Database } from '../infra/database/database.js';

// The list of positions as Apollo and type-graphql are usually wired; bench/ compares ours with it. Prisma reads the rows
// with their relations, each field declares who may read it, and Apollo has its defaults.

interface UsualContext {
  prisma: Database['prisma'];
  user: { id: number; roles: string[] } | null;
}

const readRows = (prisma: Database['prisma'], userId: number, first: number) =>
  prisma.tradePosition.findMany({
    where: { exchange_account: { user_id: userId }, trade_mode: 'SIMULATION', status: 'OPEN' },
    include: {
      exchange_account: { select: { id: true, label: true } },
      open_job: {
        select: { webhook_event: { select: { webhook_source: { select: { label: true, owner_user_id: true } } } } },
      },
    },
    orderBy: [{ created_at: 'desc' }, { id: 'desc' }],
    take: first + 1,
  });
type Row = Awaited<ReturnType<typeof readRows>>[number];

const toUsual = (row: Row) => ({
  ...{ id: row.id, tradeMode: row.trade_mode, symbol: row.symbol, side: row.side, status: row.status },
  ...{ qtyTotal: row.qty_total, qtyRemaining: row.qty_remaining, entryPrice: row.price_open },
  costQuote: row.cost_quote ?? row.price_open.mul(row.qty_remaining),
  ...{ realizedPnl: row.realized_profit_usd, feesQuote: row.fees_quote },
  ...{ slEnabled: row.sl_enabled, slPct: row.sl_pct, tpEnabled: row.tp_enabled, tpPct: row.tp_pct },
  ...{ trailingEnabled: row.trailing_enabled, createdAt: row.created_at, updatedAt: row.updated_at },
  sourceLabel: row.open_job.webhook_event?.webhook_source.label ?? null,
  account: row.exchange_account,
});

const TEXTS = ['tradeMode', 'symbol', 'side', 'status'];
const DECIMALS = ['qtyTotal', 'qtyRemaining', 'entryPrice', 'costQuote', 'realizedPnl', 'feesQuote'];
const PERCENTS = ['slPct', 'tpPct'];
const FLAGS = ['slEnabled', 'tpEnabled', 'trailingEnabled'];
const TIMES = ['createdAt', 'updatedAt'];

type Guard = () => MethodDecorator & PropertyDecorator;

function usualPosition(Guard: Guard) {
  @ObjectType('Account')
  class Account {
    @Guard()
    @Field(() => ID)
    id!: number;

    @Guard()
    @Field(() => String)
    label!: string;
  }

  @ObjectType('Position')
  class Position {
    @Guard()
    @Field(() => ID)
    id!: number;

    @Guard()
    @Field(() => String, { nullable: true })
    sourceLabel!: string | null;

    @Guard()
    @Field(() => Account)
    account!: Account;
  }
  const add = (names: readonly string[], type: () => object, nullable = false): void => {
    for (const name of names) {
      Field(type as never, { nullable })(Position.prototype, name);
      Guard()(Position.prototype, name);
    }
  };
  add(TEXTS, () => String);
  add(DECIMALS, () => GraphQLDecimal);
  add(PERCENTS, () => GraphQLDecimal, true);
  add(FLAGS, () => Boolean);
  add(TIMES, () => GraphQLDateTime);
  return Position;
}

function usualConnection(Guard: Guard) {
  const Position = usualPosition(Guard);

  @ObjectType('Edge')
  class Edge {
    @Guard()
    @Field(() => String)
    cursor!: string;

    @Guard()
    @Field(() => Position)
    node!: object;
  }

  @ObjectType('PageInfo')
  class PageInfo {
    @Guard()
    @Field(() => Boolean)
    hasNextPage!: boolean;

    @Guard()
    @Field(() => String, { nullable: true })
    endCursor!: string | null;
  }

  @ObjectType('Connection')
  class Connection {
    @Guard()
    @Field(() => [Edge])
    edges!: Edge[];

    @Guard()
    @Field(() => PageInfo)
    pageInfo!: PageInfo;
  }
  return Connection;
}

/** The classes, with or without a check of each field. */
function usualResolver(hasGuards: boolean) {
  const Connection = usualConnection(hasGuards ? Authorized : () => () => undefined);

  @Resolver()
  class UsualResolver {
    @Authorized()
    @Query(() => Connection)
    async positions(@Arg('first', () => Int) first: number, @Ctx() { prisma, user }: UsualContext): Promise<object> {
      const rows = await readRows(prisma, user?.id ?? 0, first);
      const edges = rows.slice(0, first).map((row) => ({
        cursor: Buffer.from(`row:${row.created_at.getTime()}:${row.id}`).toString('base64url'),
        node: toUsual(row),
      }));
      return { edges, pageInfo: { hasNextPage: rows.length > first, endCursor: edges.at(-1)?.cursor ?? null } };
    }
  }
  return UsualResolver;
}

/** The signed-in user of a cookie. */
async function userOf(prisma: Database['prisma'], cookie = ''): Promise<UsualContext['user']> {
  const [, token = ''] = /mvcash_session=(\w+)/.exec(cookie) ?? [];
  const session = await prisma.session.findUnique({
    where: { id: createHash('sha256').update(token).digest('hex') },
    include: { user: { include: { roles: true } } },
  });
  if (!session || session.expires_at.getTime() < Date.now() || !session.user.is_active) return null;
  return { id: session.user.id, roles: session.user.roles.map(({ role }) => role) };
}

/** Starts it on a free port. */
export async function startUsualApi(
  { prisma }: Pick<Database, 'prisma'>,
  { hasGuards }: { hasGuards: boolean },
): Promise<{ url: string }> {
  const schema = await buildSchema({
    resolvers: [usualResolver(hasGuards)],
    validate: false,
    authChecker: ({ context }: { context: UsualContext }) => context.user !== null,
  });
  const apollo = new ApolloServer<UsualContext>({ schema });
  return startStandaloneServer(apollo, {
    listen: { host: '127.0.0.1', port: 0 },
    context: async ({ req }) => ({ prisma, user: await userOf(prisma, req.headers.cookie) }),
  });
}
