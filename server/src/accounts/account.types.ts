import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { EXCHANGES, type ExchangeName as ExchangeNameText, type TradeMode as TradeModeText } from '../core/domain.js';
import { priceVenueOf, type PriceVenue as PriceVenueText } from '../core/price-key.js';
import { ExchangeName, PriceVenue, TradeMode } from '../graphql/enums.js';
import { Rules } from '../graphql/rules.js';
import { GraphQLDateTime, GraphQLDecimal } from '../graphql/scalars.js';
import type { AccountRow } from './account.store.js';

@ObjectType({ description: 'What an account holds of one asset.' })
export class Balance {
  @Field(() => String, { description: 'The asset, such as USDT.' })
  asset!: string;

  @Field(() => GraphQLDecimal, { description: 'What orders may use.' })
  free!: string;

  @Field(() => GraphQLDecimal, { description: 'What resting orders hold.' })
  locked!: string;

  @Field(() => GraphQLDecimal, { description: 'Free and locked together.' })
  total!: string;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'The total in USDT at the latest price; null without one.',
  })
  valueUsd!: string | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When the exchange last told it.' })
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

  @Field(() => Boolean, { description: "Whether it is at the exchange's test network." })
  testnet!: boolean;

  @Field(() => PriceVenue, { description: 'Whose prices size, watch and value what it trades.' })
  priceVenue!: PriceVenueText;

  @Field(() => Boolean, { description: 'Switched off accounts take no new orders.' })
  isActive!: boolean;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'Since when no new position is opened on it; null = not paused. Sells and exits go on.',
  })
  entriesPausedAt!: Date | null;

  @Field(() => GraphQLDateTime, { description: 'When it was made.' })
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
  createdAt: row.created_at,
});

@InputType({ description: 'An amount of one asset.' })
export class AssetAmountInput {
  @Field(() => String, { description: 'The asset, such as USDT.' })
  asset!: string;

  @Field(() => GraphQLDecimal, { description: 'How much of it.' })
  amount!: string;
}

const label = z.string().trim().min(1, 'label must not be empty.').max(120, 'label must have at most 120 characters.');

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

  @Field(() => Boolean, { description: 'Must be true in this version: real exchanges are not available yet.' })
  isSimulation!: boolean;

  @Field(() => [AssetAmountInput], {
    nullable: true,
    description: 'What a simulation account starts with; each asset once.',
  })
  initialBalances?: AssetAmountInput[] | null;
}

@InputType({ description: 'Changes of an account; what is left out stays.' })
@Rules(z.object({ label: label.nullish() }))
export class UpdateExchangeAccountInput {
  @Field(() => ID, { description: 'The account.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'A new name, 1 to 120 characters.' })
  label?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Switch it on or off.' })
  isActive?: boolean | null;
}

@ObjectType({ description: 'The account after the change.' })
export class ExchangeAccountPayload {
  @Field(() => ExchangeAccount, { description: 'The account.' })
  account!: ExchangeAccount;
}
