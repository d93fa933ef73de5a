import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { z } from 'zod';
import type { TradeMode as TradeModeText, VaultTransactionType as VaultTransactionTypeText } from '../core/domain.js';
import { TradeMode, VaultTransactionType } from '../graphql/enums.js';
import { connectionType } from '../graphql/pages.js';
import { Rules } from '../graphql/rules.js';
import { GraphQLDateTime, GraphQLDecimal } from '../graphql/scalars.js';
import type { VaultRow, VaultTransactionRow } from './vault-view.store.js';

@ObjectType({ description: 'What a vault has of one asset.' })
export class VaultBalance {
  @Field(() => String, { description: 'The asset, such as USDT.' })
  asset!: string;

  @Field(() => GraphQLDecimal, { description: 'All of it.' })
  balance!: string;

  @Field(() => GraphQLDecimal, { description: 'The part that orders under way hold.' })
  reserved!: string;

  @Field(() => GraphQLDecimal, { description: 'What new orders and withdrawals may use: balance - reserved.' })
  available!: string;
}

@ObjectType({ description: 'More is set apart than the real accounts behind the vault hold.' })
export class VaultShortfall {
  @Field(() => String, { description: 'The asset.' })
  asset!: string;

  @Field(() => GraphQLDecimal, { description: 'What this vault and those that share its accounts have set apart.' })
  allocated!: string;

  @Field(() => GraphQLDecimal, { description: 'What those accounts hold, free and locked.' })
  held!: string;
}

@ObjectType({ description: 'One entry in the ledger of a vault. The sum of the deltas rebuilds the balances.' })
export class VaultTransaction {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => VaultTransactionType, { description: 'What happened.' })
  type!: VaultTransactionTypeText;

  @Field(() => String, { description: 'The asset.' })
  asset!: string;

  @Field(() => GraphQLDecimal, { description: 'How much was moved, reserved or resolved.' })
  amount!: string;

  @Field(() => GraphQLDecimal, { description: 'What it did to the balance.' })
  balanceDelta!: string;

  @Field(() => GraphQLDecimal, { description: 'What it did to the reserved part.' })
  reservedDelta!: string;

  @Field(() => ID, { nullable: true, description: 'The job it belongs to; null for deposits and withdrawals.' })
  jobId!: number | null;

  @Field(() => GraphQLDateTime, { description: 'When it was booked.' })
  createdAt!: Date;
}

export const toVaultTransaction = (row: VaultTransactionRow): VaultTransaction => ({
  id: row.id,
  type: row.type as VaultTransactionTypeText,
  asset: row.asset,
  amount: row.amount.toFixed(),
  balanceDelta: row.balance_delta.toFixed(),
  reservedDelta: row.reserved_delta.toFixed(),
  jobId: row.trade_job_id,
  createdAt: row.created_at,
});

export const VaultTransactionConnection = connectionType('VaultTransaction', VaultTransaction);

@ObjectType({ description: 'Capital set apart for trading. Orders reserve from it, sells return to it.' })
export class Vault {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => String, { description: 'Your name for it.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  description!: string | null;

  @Field(() => TradeMode, { description: 'REAL or SIMULATION; never changes.' })
  tradeMode!: TradeModeText;

  @Field(() => Boolean, { description: 'Switched off vaults take no deposits and no new orders.' })
  isActive!: boolean;

  @Field(() => GraphQLDateTime, { description: 'When it was made.' })
  createdAt!: Date;
}

export const toVault = (row: VaultRow): Vault => ({
  id: row.id,
  name: row.name,
  description: row.description,
  tradeMode: row.trade_mode as TradeModeText,
  isActive: row.is_active,
  createdAt: row.created_at,
});

const name = z.string().trim().min(1, 'name must not be empty.').max(120, 'name must have at most 120 characters.');
const description = z.string().max(500, 'description must have at most 500 characters.').nullish();

@InputType({ description: 'A new, empty vault.' })
@Rules(z.object({ name, description }))
export class CreateVaultInput {
  @Field(() => String, { description: 'Your name for it, 1 to 120 characters.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for, up to 500 characters.' })
  description?: string | null;

  @Field(() => TradeMode, { description: 'REAL or SIMULATION; never changes.' })
  tradeMode!: TradeModeText;
}

@InputType({ description: 'Changes of a vault; what is left out stays.' })
@Rules(z.object({ name: name.nullish(), description }))
export class UpdateVaultInput {
  @Field(() => ID, { description: 'The vault.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'A new name, 1 to 120 characters.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'What it is for; null takes the text away.' })
  description?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Switch it on or off.' })
  isActive?: boolean | null;
}

@InputType()
abstract class VaultMoveInput {
  @Field(() => ID, { description: 'The vault.' })
  vaultId!: string;

  @Field(() => String, { description: 'The asset, in capital letters and digits.' })
  asset!: string;

  @Field(() => GraphQLDecimal, { description: 'How much, above zero.' })
  amount!: string;

  @Field(() => String, {
    description: 'A key of your own, 1 to 80 characters: asking again with the same key moves nothing again.',
  })
  idempotencyKey!: string;
}

@InputType({ description: 'A deposit.' })
export class DepositToVaultInput extends VaultMoveInput {}

@InputType({ description: 'A withdrawal.' })
export class WithdrawFromVaultInput extends VaultMoveInput {}

/** What several mutations answer; each has a payload of its own, so that one may grow without the others. */
@ObjectType()
export abstract class VaultPayload {
  @Field(() => Vault, { description: 'The vault.' })
  vault!: Vault;
}

@ObjectType({ description: 'The vault after the change.' })
export class CreateVaultPayload extends VaultPayload {}

@ObjectType({ description: 'The vault after the change.' })
export class UpdateVaultPayload extends VaultPayload {}

@ObjectType({ description: 'The vault after the change.' })
export class DepositToVaultPayload extends VaultPayload {}

@ObjectType({ description: 'The vault after the change.' })
export class WithdrawFromVaultPayload extends VaultPayload {}
