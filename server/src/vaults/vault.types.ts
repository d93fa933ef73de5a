import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { PASSWORD_AGAIN } from '../auth/require-password.js';
import type { TradeMode as TradeModeText, VaultTransactionType as VaultTransactionTypeText } from '../core/domain.js';
import { TradeMode, VaultTransactionType } from '../graphql/enums.js';
import { idempotencyKey, KEY_DESCRIPTION } from '../graphql/idempotency-key.js';
import { DatesFilter } from '../graphql/list-filter.js';
import { connectionType, countedConnectionType } from '../graphql/pages.js';
import { RemovalPayload } from '../graphql/removal.types.js';
import { Rules } from '../graphql/rules.js';
import { visibleText } from '../graphql/visible-text.js';
import { GraphQLDateTime, GraphQLDecimal } from '../graphql/scalars.js';
import type { VaultRow, VaultTransactionRow } from './vault-view.store.js';

@ObjectType({ description: 'The balance of one asset in a vault.' })
export class VaultBalance {
  @Field(() => String, { description: 'The asset, such as USDT.' })
  asset!: string;

  @Field(() => GraphQLDecimal, { description: 'The total, with the reserved part.' })
  balance!: string;

  @Field(() => GraphQLDecimal, { description: 'The part that is reserved for open orders.' })
  reserved!: string;

  @Field(() => GraphQLDecimal, { description: 'What new orders and withdrawals can use: balance - reserved.' })
  available!: string;
}

@ObjectType({ description: 'A vault sets aside more than its real accounts hold.' })
export class VaultShortfall {
  @Field(() => String, { description: 'The asset.' })
  asset!: string;

  @Field(() => GraphQLDecimal, { description: 'What this vault and the vaults that share its accounts set aside.' })
  allocated!: string;

  @Field(() => GraphQLDecimal, { description: 'The balance of those accounts, free and locked.' })
  held!: string;
}

@ObjectType({ description: 'One entry in the ledger of a vault. The deltas add up to the balances.' })
export class VaultTransaction {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => VaultTransactionType, { description: 'What happened.' })
  type!: VaultTransactionTypeText;

  @Field(() => String, { description: 'The asset.' })
  asset!: string;

  @Field(() => GraphQLDecimal, { description: 'How much was moved, reserved or released.' })
  amount!: string;

  @Field(() => GraphQLDecimal, { description: 'The change of the balance.' })
  balanceDelta!: string;

  @Field(() => GraphQLDecimal, { description: 'The change of the reserved part.' })
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

@ObjectType({
  description: 'Capital set aside for trading. Buys reserve from it, and the proceeds of sells return to it.',
})
export class Vault {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => String, { description: 'Your name for the vault.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Description of the vault.' })
  description!: string | null;

  @Field(() => TradeMode, { description: 'REAL or SIMULATION; never changes.' })
  tradeMode!: TradeModeText;

  @Field(() => Boolean, {
    description: 'Whether it is switched on. A vault that is switched off accepts no deposits and no new orders.',
  })
  isActive!: boolean;

  @Field(() => GraphQLDateTime, { description: 'When it was created.' })
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

const name = visibleText('name', 120);
const description = visibleText('description', 500, 0).nullish();

@InputType({ description: 'A new, empty vault.' })
@Rules(z.object({ name, description }))
export class CreateVaultInput {
  @Field(() => String, { description: 'Your name for the vault, 1 to 120 characters.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Description of the vault, up to 500 characters.' })
  description?: string | null;

  @Field(() => TradeMode, { description: 'REAL or SIMULATION; never changes.' })
  tradeMode!: TradeModeText;
}

@InputType({ description: 'Changes of a vault. Omitted fields keep their value.' })
@Rules(z.object({ name: name.nullish(), description }))
export class UpdateVaultInput {
  @Field(() => ID, { description: 'The vault.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'A new name, 1 to 120 characters.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'What it is for; null removes the text.' })
  description?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Activates or deactivates the vault.' })
  isActive?: boolean | null;
}

@InputType()
abstract class VaultMoveInput {
  @Field(() => ID, { description: 'The vault.' })
  vaultId!: string;

  @Field(() => String, { description: 'The asset, in capital letters and digits.' })
  asset!: string;

  @Field(() => GraphQLDecimal, { description: 'The amount, above zero.' })
  amount!: string;

  @Field(() => String, { description: KEY_DESCRIPTION })
  idempotencyKey!: string;
}

@InputType({ description: 'A deposit.' })
@Rules(z.object({ idempotencyKey }))
export class DepositToVaultInput extends VaultMoveInput {}

@InputType({ description: 'A withdrawal.' })
@Rules(z.object({ idempotencyKey }))
export class WithdrawFromVaultInput extends VaultMoveInput {
  @Field(() => String, { nullable: true, description: PASSWORD_AGAIN })
  password?: string | null;
}

/** Shared fields of several payloads. Each mutation has its own payload, so that one can grow without the others. */
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

export const VaultConnection = countedConnectionType('Vault', Vault);

@InputType({ description: 'Which vaults.' })
export class VaultFilter extends DatesFilter {
  @Field(() => TradeMode, { nullable: true, description: 'Only those of this mode.' })
  tradeMode?: TradeModeText | null;

  @Field(() => Boolean, { nullable: true, description: 'Only active or only inactive ones.' })
  isActive?: boolean | null;
}

@InputType({ description: 'Which transactions.' })
export class VaultTransactionFilter extends DatesFilter {
  @Field(() => ID, { nullable: true, description: 'Only those of this vault.' })
  vaultId?: string | null;

  @Field(() => TradeMode, { nullable: true, description: 'Only those of vaults of this mode.' })
  tradeMode?: TradeModeText | null;

  @Field(() => [VaultTransactionType], { nullable: true, description: 'Only those of these types.' })
  type?: VaultTransactionTypeText[] | null;

  @Field(() => String, { nullable: true, description: 'Only those in this asset, such as USDT.' })
  asset?: string | null;
}

@InputType({ description: 'A vault to delete.' })
export class DeleteVaultInput {
  @Field(() => ID, { description: 'The vault.' })
  id!: string;
}

@ObjectType({ description: 'What became of the vault.' })
export class DeleteVaultPayload extends RemovalPayload {}
