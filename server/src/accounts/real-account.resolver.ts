import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { EXCHANGES, type ExchangeName as ExchangeNameText } from '../core/domain.js';
import { EXCHANGE_KEY_RULES } from '../core/exchange/exchange-keys.js';
import { Access, Audit } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { ExchangeName } from '../graphql/enums.js';
import { apiError, orThrow } from '../graphql/errors.js';
import { rowId } from '../graphql/pages.js';
import { PASSWORD_AGAIN, requirePassword } from '../auth/require-password.js';
import { createRateLimiter, type RateLimiter } from '../infra/redis/rate-limit.js';
import { mustLoadAccount } from './account.resolver.js';
import {
  ApiKeysInput,
  RemoveAccountKeysPayload,
  RotateAccountKeysPayload,
  TestConnectionPayload,
  type ExchangeAccountPayload,
} from './account.types.js';
import { removeAccountKeys } from './keys/remove-account-keys.js';
import { rotateAccountKeys } from './keys/rotate-account-keys.js';
import { testConnection } from './test-connection.js';

@ObjectType({ description: 'What an account at an exchange needs.' })
export class ExchangeRules {
  @Field(() => ExchangeName, { description: 'The exchange.' })
  exchange!: ExchangeNameText;

  @Field(() => Boolean, { description: 'Its API keys have a passphrase.' })
  needsPassphrase!: boolean;

  @Field(() => Boolean, { description: 'It has a test network for spot trading.' })
  hasTestnet!: boolean;
}

@InputType({ description: 'New keys for a real account.' })
export class RotateAccountKeysInput {
  @Field(() => ID, { description: 'The account.' })
  accountId!: string;

  @Field(() => ApiKeysInput, { description: 'The keys that replace the old ones.' })
  keys!: ApiKeysInput;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: you accept that the key may withdraw. Without it such a key is refused (KEY_MAY_WITHDRAW).',
  })
  acceptWithdrawPermission?: boolean | null;

  @Field(() => String, { nullable: true, description: PASSWORD_AGAIN })
  password?: string | null;
}

@InputType({ description: 'Which account.' })
class RemoveAccountKeysInput {
  @Field(() => ID, { description: 'The account.' })
  accountId!: string;

  @Field(() => String, { nullable: true, description: PASSWORD_AGAIN })
  password?: string | null;
}

@InputType({ description: 'Which account.' })
class TestConnectionInput {
  @Field(() => ID, { description: 'The account.' })
  accountId!: string;
}

const TESTS_PER_MINUTE = 10;
const limiters = new WeakMap<object, RateLimiter>();

/** One limiter for each running API process, so that it also works while Redis is away. */
function testLimit({ app }: GraphqlContext): RateLimiter {
  const known = limiters.get(app);
  if (known) return known;
  const limiter = createRateLimiter(app, { name: 'test-connection', points: TESTS_PER_MINUTE, durationSec: 60 });
  limiters.set(app, limiter);
  return limiter;
}

@Resolver()
export class RealAccountResolver {
  @Query(() => [ExchangeRules], { description: 'What an account at each exchange needs.' })
  @Access('user')
  exchangeRules(): ExchangeRules[] {
    return EXCHANGES.map((exchange) => {
      const { passphrase, testnet } = EXCHANGE_KEY_RULES[exchange];
      return { exchange, needsPassphrase: passphrase, hasTestnet: testnet };
    });
  }

  @Mutation(() => RotateAccountKeysPayload, {
    description:
      'Replaces the keys of a real account; needs your password. The exchange is asked what they may do: keys that may withdraw are refused unless you accept it. Every process uses the new ones within 5 s.',
  })
  @Access('user')
  @Audit('exchange_account')
  async rotateAccountKeys(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => RotateAccountKeysInput, { description: 'The new keys.' }) input: RotateAccountKeysInput,
  ): Promise<RotateAccountKeysPayload> {
    const { accountId } = orThrow(
      await rotateAccountKeys(
        ctx.app,
        viewerId(ctx),
        {
          accountId: rowId(input.accountId) ?? 0,
          ...input.keys,
          acceptsWithdraw: input.acceptWithdrawPermission ?? false,
        },
        () => requirePassword(ctx, input.password, 'rotateAccountKeys'),
      ),
    );
    return this.reload(ctx, accountId);
  }

  @Mutation(() => RemoveAccountKeysPayload, {
    description:
      'Deletes the keys and the proxy of a real account and switches it off; needs your password. Nothing changes at the exchange, and its open positions are no longer managed.',
  })
  @Access('user')
  @Audit('exchange_account')
  async removeAccountKeys(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => RemoveAccountKeysInput, { description: 'Which account.' })
    { accountId, password }: RemoveAccountKeysInput,
  ): Promise<RemoveAccountKeysPayload> {
    const id = rowId(accountId) ?? 0;
    const confirm = () => requirePassword(ctx, password, 'removeAccountKeys');
    orThrow(await removeAccountKeys(ctx.app, viewerId(ctx), id, confirm));
    return this.reload(ctx, id);
  }

  @Mutation(() => TestConnectionPayload, {
    description:
      'Tests the connection of a real account: key permissions, latency and clock difference. It also reads the balances. `connection` has the result or the fault. Works while real trading is switched off. At most 10 times a minute.',
  })
  @Access('user')
  @Audit('exchange_account')
  async testConnection(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => TestConnectionInput, { description: 'Which account.' }) { accountId }: TestConnectionInput,
  ): Promise<TestConnectionPayload> {
    const id = rowId(accountId) ?? 0;
    const verdict = await testLimit(ctx).consume(String(viewerId(ctx)));
    if (!verdict.ok)
      throw apiError('RATE_LIMITED', 'Too many tests. The exchange would block this server.', {
        retryAfterMs: verdict.retryAfterMs,
      });
    orThrow(await testConnection(ctx.app, viewerId(ctx), id));
    return this.reload(ctx, id);
  }

  private async reload(ctx: GraphqlContext, id: number): Promise<ExchangeAccountPayload> {
    ctx.loaders.account.clear(id);
    ctx.loaders.balances.clear(id);
    return { account: await mustLoadAccount(ctx, id) };
  }
}
