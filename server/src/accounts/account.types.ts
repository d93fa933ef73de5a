import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { EXCHANGES, type ExchangeName as ExchangeNameText, type TradeMode as TradeModeText } from '../core/domain.js';
import { priceVenueOf, type PriceVenue as PriceVenueText } from '../core/price/price-key.js';
import type { ExchangeFaultCode as ExchangeFaultName } from '../exchange/exchange-fault.js';
import type { EntriesPause as EntriesPauseReasonName } from '../core/plan/entries-pause.js';
import { EntriesPauseReason, ExchangeFaultCode, ExchangeName, PriceVenue, TradeMode } from '../graphql/enums.js';
import { PASSWORD_AGAIN } from '../auth/require-password.js';
import { DatesFilter } from '../graphql/list-filter.js';
import { countedConnectionType } from '../graphql/pages.js';
import { RemovalPayload } from '../graphql/removal.types.js';
import { Rules } from '../graphql/rules.js';
import { visibleText } from '../graphql/visible-text.js';
import { GraphQLDateTime, GraphQLDecimal } from '../graphql/scalars.js';
import type { AccountRow } from './account.store.js';
import { ConnectionTest, toConnectionTest } from './connection-test.types.js';

@ObjectType({ description: 'What an account holds of one asset.' })
export class Balance {
  @Field(() => String, { description: 'The asset, such as USDT.' })
  asset!: string;

  @Field(() => GraphQLDecimal, { description: 'The amount that orders can use.' })
  free!: string;

  @Field(() => GraphQLDecimal, { description: 'The amount locked by resting orders.' })
  locked!: string;

  @Field(() => GraphQLDecimal, { description: 'Free and locked together.' })
  total!: string;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'The total in USDT at the latest price; null without one.',
  })
  valueUsd!: string | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it was last read from the exchange.' })
  lastSyncAt!: Date | null;
}

@ObjectType({ description: 'An account at an exchange, real or simulated.' })
export class ExchangeAccount {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => ExchangeName, { description: 'The exchange whose markets and rules apply.' })
  exchange!: ExchangeNameText;

  @Field(() => String, { description: 'Your name for it.' })
  label!: string;

  @Field(() => TradeMode, { description: 'REAL or SIMULATION; never changes.' })
  tradeMode!: TradeModeText;

  @Field(() => Boolean, { description: 'Whether orders go to the simulated exchange.' })
  isSimulation!: boolean;

  @Field(() => Boolean, { description: "Whether it uses the exchange's test network." })
  testnet!: boolean;

  @Field(() => PriceVenue, { description: 'The venue whose prices are used for order sizes, exits and values.' })
  priceVenue!: PriceVenueText;

  @Field(() => Boolean, {
    description: 'Whether it is switched on. An account that is switched off accepts no new orders.',
  })
  isActive!: boolean;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description:
      'When its entries were paused; null = not paused. While paused it opens no new position, but sells and exits continue.',
  })
  entriesPausedAt!: Date | null;

  @Field(() => EntriesPauseReason, {
    nullable: true,
    description: 'Why its entries are paused; null = not paused. resumeEntries ends the pause.',
  })
  entriesPauseReason!: EntriesPauseReasonName | null;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'When you accepted that its key may withdraw; null = not accepted.',
  })
  withdrawAcceptedAt!: Date | null;

  @Field(() => Boolean, {
    description: 'Whether a real account has an API key stored. Keys themselves are never shown.',
  })
  hasKeys!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'The last 4 characters of its API key, to identify it. Null without a key or for a very short one.',
  })
  apiKeyHint!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The proxy its requests go through, without user and password; null = none.',
  })
  proxy!: string | null;

  @Field(() => ConnectionTest, {
    nullable: true,
    description:
      'What the exchange last said of these keys: when they were stored, at the last testConnection, and once a day. Null = not asked yet.',
  })
  connection!: ConnectionTest | null;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'When the balances of a real account were last read from the exchange.',
  })
  balancesSyncedAt!: Date | null;

  @Field(() => ExchangeFaultCode, {
    nullable: true,
    description: 'Why the last reading of its balances failed; null = it succeeded.',
  })
  balancesFault!: ExchangeFaultName | null;

  @Field(() => GraphQLDateTime, { description: 'When it was created.' })
  createdAt!: Date;
}

export const toAccount = (row: AccountRow): ExchangeAccount => ({
  id: row.id,
  exchange: row.exchange as ExchangeNameText,
  priceVenue: priceVenueOf({
    exchange: row.exchange as ExchangeNameText,
    isSimulation: row.is_simulation,
    testnet: row.testnet,
  }),
  label: row.label,
  tradeMode: row.is_simulation ? 'SIMULATION' : 'REAL',
  isSimulation: row.is_simulation,
  testnet: row.testnet,
  isActive: row.is_active,
  entriesPausedAt: row.entries_paused_at,
  entriesPauseReason:
    row.entries_paused_at && ((row.entries_pause_reason as EntriesPauseReasonName | null) ?? 'ENTRIES_PAUSED'),
  withdrawAcceptedAt: row.withdraw_accepted_at,
  // A key without a hint is a very short one: its hint is empty.
  hasKeys: row.api_key_hint !== null,
  apiKeyHint: row.api_key_hint || null,
  proxy: row.proxy_hint,
  connection: toConnectionTest(row),
  balancesSyncedAt: row.balances_synced_at,
  balancesFault: row.balances_fault as ExchangeFaultName | null,
  createdAt: row.created_at,
});

@InputType({ description: 'An amount of one asset.' })
export class AssetAmountInput {
  @Field(() => String, { description: 'The asset, such as USDT.' })
  asset!: string;

  @Field(() => GraphQLDecimal, { description: 'The amount.' })
  amount!: string;
}

@InputType({
  description: 'The keys of an account at a real exchange. They are stored encrypted and never shown again.',
})
export class ApiKeysInput {
  @Field(() => String, { description: 'The API key.' })
  apiKey!: string;

  @Field(() => String, { description: 'Its secret; for Coinbase the private key in PEM.' })
  apiSecret!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Its passphrase, if the exchange uses one: see exchangeRules.',
  })
  passphrase?: string | null;
}

@InputType({ description: 'The settings that only a real account needs.' })
export class RealAccountInput {
  @Field(() => ApiKeysInput, { description: 'Its keys.' })
  keys!: ApiKeysInput;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: "The keys belong to the exchange's test network.",
  })
  testnet?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'A proxy for its requests: http, https, socks4 or socks5, at a public address.',
  })
  proxyUrl?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: you accept that the key may withdraw. Without it such a key is refused (KEY_MAY_WITHDRAW).',
  })
  acceptWithdrawPermission?: boolean | null;

  @Field(() => String, { nullable: true, description: PASSWORD_AGAIN })
  password?: string | null;
}

const label = visibleText('label', 120);

@InputType({ description: 'A new account.' })
@Rules(
  z.object({
    label,
    exchange: z.enum(EXCHANGES),
    initialBalances: z.array(z.unknown()).max(50, 'initialBalances must have at most 50 entries.').nullish(),
  }),
)
export class CreateExchangeAccountInput {
  @Field(() => String, { description: 'Your name for it, 1 to 120 characters.' })
  label!: string;

  @Field(() => ExchangeName, { description: 'The exchange whose markets and rules apply.' })
  exchange!: ExchangeNameText;

  @Field(() => Boolean, { description: 'Whether orders go to the simulated exchange. A real account needs `real`.' })
  isSimulation!: boolean;

  @Field(() => [AssetAmountInput], {
    nullable: true,
    description: 'The initial balances of a simulation account, each asset once.',
  })
  initialBalances?: AssetAmountInput[] | null;

  @Field(() => RealAccountInput, { nullable: true, description: 'The settings that only a real account needs.' })
  real?: RealAccountInput | null;
}

@InputType({ description: 'Changes of an account. Omitted fields keep their value.' })
@Rules(z.object({ label: label.nullish() }))
export class UpdateExchangeAccountInput {
  @Field(() => ID, { description: 'The account.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'A new name, 1 to 120 characters.' })
  label?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Switch it on or off. Switching an account off, or a real one on, needs the password.',
  })
  isActive?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'Real accounts only: the new proxy, which needs the password. Null or an empty text removes it.',
  })
  proxyUrl?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Real accounts only; needs the password. True: you accept that its key may withdraw, which ends a pause because of it. False: you no longer do.',
  })
  acceptWithdrawPermission?: boolean | null;

  @Field(() => String, { nullable: true, description: PASSWORD_AGAIN })
  password?: string | null;
}

/**
 * The common answer of several mutations. Each has its own payload type, so that one can be extended without the
 * others.
 */
@ObjectType()
export abstract class ExchangeAccountPayload {
  @Field(() => ExchangeAccount, { description: 'The account.' })
  account!: ExchangeAccount;
}

@ObjectType({ description: 'The account after the change.' })
export class RotateAccountKeysPayload extends ExchangeAccountPayload {}

@ObjectType({ description: 'The account after the change.' })
export class RemoveAccountKeysPayload extends ExchangeAccountPayload {}

@ObjectType({ description: 'The account after the change.' })
export class TestConnectionPayload extends ExchangeAccountPayload {}

@ObjectType({ description: 'The account after the change.' })
export class CreateExchangeAccountPayload extends ExchangeAccountPayload {}

@ObjectType({ description: 'The account after the change.' })
export class UpdateExchangeAccountPayload extends ExchangeAccountPayload {}

export const ExchangeAccountConnection = countedConnectionType('ExchangeAccount', ExchangeAccount);

@InputType({ description: 'Which accounts.' })
export class ExchangeAccountFilter extends DatesFilter {
  @Field(() => TradeMode, { nullable: true, description: 'Only those of this mode.' })
  tradeMode?: TradeModeText | null;

  @Field(() => ExchangeName, { nullable: true, description: 'Only those at this exchange.' })
  exchange?: ExchangeNameText | null;

  @Field(() => Boolean, { nullable: true, description: 'Only active or only inactive ones.' })
  isActive?: boolean | null;
}

@InputType({ description: 'A exchange account to delete.' })
export class DeleteExchangeAccountInput {
  @Field(() => ID, { description: 'The exchange account.' })
  id!: string;

  @Field(() => String, { nullable: true, description: `${PASSWORD_AGAIN} Needed for a real account.` })
  password?: string | null;
}

@ObjectType({ description: 'What became of the exchange account.' })
export class DeleteExchangeAccountPayload extends RemovalPayload {}
