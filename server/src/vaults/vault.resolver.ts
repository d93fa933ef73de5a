import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { TradeMode as TradeModeText } from '../core/domain.js';
import { available } from '../core/ledger/ledger.js';
import { d } from '../core/money/money.js';
import { requirePassword } from '../auth/require-password.js';
import { refuse } from '../core/reasons.js';
import { Access, Audit } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { TradeMode } from '../graphql/enums.js';
import { notFound, orThrow, refusalError } from '../graphql/errors.js';
import { readPage, rowId, toConnection, type Connection } from '../graphql/pages.js';
import { createVault } from './create-vault.js';
import { deposit } from './deposit.js';
import { updateVault } from './update-vault.js';
import { readVaults, readVaultTransactions } from './vault-view.store.js';
import {
  CreateVaultInput,
  toVault,
  toVaultTransaction,
  UpdateVaultInput,
  Vault,
  VaultBalance,
  DepositToVaultInput,
  WithdrawFromVaultInput,
  CreateVaultPayload,
  DepositToVaultPayload,
  UpdateVaultPayload,
  WithdrawFromVaultPayload,
  type VaultPayload,
  VaultShortfall,
  VaultTransactionConnection,
  type VaultTransaction,
} from './vault.types.js';
import { withdraw } from './withdraw.js';

async function loadVault(ctx: GraphqlContext, id: string | number): Promise<Vault | null> {
  const key = rowId(String(id));
  const row = key === null ? null : await ctx.loaders.vault.load(key);
  return row && toVault(row);
}

async function payload(ctx: GraphqlContext, id: number): Promise<VaultPayload> {
  const vault = await loadVault(ctx, id);
  if (!vault) throw notFound('vault');
  return { vault };
}

@Resolver(() => Vault)
export class VaultResolver {
  @Query(() => [Vault], { description: 'Your vaults.' })
  @Access('user')
  async vaults(
    @Ctx() ctx: GraphqlContext,
    @Arg('tradeMode', () => TradeMode, { nullable: true, description: 'Only those of this mode.' })
    tradeMode: TradeModeText | null,
  ): Promise<Vault[]> {
    return (await readVaults(ctx.app.db, viewerId(ctx), tradeMode)).map(toVault);
  }

  @Query(() => Vault, { nullable: true, description: 'One of your vaults.' })
  @Access('user')
  vault(
    @Ctx() ctx: GraphqlContext,
    @Arg('id', () => ID, { description: 'The vault.' }) id: string,
  ): Promise<Vault | null> {
    return loadVault(ctx, id);
  }

  @Mutation(() => CreateVaultPayload, { description: 'Creates an empty vault.' })
  @Access('user')
  @Audit('vault')
  async createVault(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => CreateVaultInput, { description: 'The vault.' }) input: CreateVaultInput,
  ): Promise<CreateVaultPayload> {
    const { vaultId } = await createVault(ctx.app, viewerId(ctx), input);
    return payload(ctx, vaultId);
  }

  @Mutation(() => UpdateVaultPayload, { description: 'Renames a vault, or activates or deactivates it.' })
  @Access('user')
  @Audit('vault')
  async updateVault(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => UpdateVaultInput, { description: 'The changes.' }) input: UpdateVaultInput,
  ): Promise<UpdateVaultPayload> {
    const { vaultId } = orThrow(
      await updateVault(ctx.app, viewerId(ctx), {
        vaultId: rowId(input.id) ?? 0,
        ...(input.name != null && { name: input.name }),
        ...(input.description !== undefined && { description: input.description }),
        ...(input.isActive != null && { isActive: input.isActive }),
      }),
    );
    return payload(ctx, vaultId);
  }

  @Mutation(() => DepositToVaultPayload, {
    description: 'Deposits capital into a vault, once for each idempotency key.',
  })
  @Access('user')
  @Audit('vault')
  async depositToVault(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => DepositToVaultInput, { description: 'The amount and the vault.' }) input: DepositToVaultInput,
  ): Promise<DepositToVaultPayload> {
    const { vaultId } = orThrow(
      await deposit(ctx.app, viewerId(ctx), { ...input, vaultId: rowId(input.vaultId) ?? 0 }),
    );
    return payload(ctx, vaultId);
  }

  @Mutation(() => WithdrawFromVaultPayload, {
    description: 'Takes available capital out of a vault, once for each idempotency key; needs your password.',
  })
  @Access('user')
  @Audit('vault')
  async withdrawFromVault(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => WithdrawFromVaultInput, { description: 'The amount and the vault.' })
    input: WithdrawFromVaultInput,
  ): Promise<WithdrawFromVaultPayload> {
    const { password, ...move } = input;
    // What a stranger names does not exist: the password is asked of the owner only.
    if (!(await loadVault(ctx, input.vaultId))) throw refusalError(refuse('VAULT_NOT_FOUND'));
    await requirePassword(ctx, password, 'withdrawFromVault');
    const { vaultId } = orThrow(
      await withdraw(ctx.app, viewerId(ctx), { ...move, vaultId: rowId(input.vaultId) ?? 0 }),
    );
    ctx.loaders.vault.clear(vaultId);
    return payload(ctx, vaultId);
  }

  @FieldResolver(() => [VaultBalance], { description: 'Its balances, one for each asset.' })
  async balances(@Root() vault: Vault, @Ctx() ctx: GraphqlContext): Promise<VaultBalance[]> {
    const rows = await ctx.loaders.vaultBalances.load(vault.id);
    return rows.map((row) => {
      const [balance, reserved] = [row.balance.toFixed(), row.reserved.toFixed()];
      return {
        asset: row.asset,
        balance,
        reserved,
        available: available({ balance: d(balance), reserved: d(reserved) }).toFixed(),
      };
    });
  }

  @FieldResolver(() => [VaultShortfall], {
    description:
      'REAL vaults: the amounts that are set aside but not held by its accounts, as of their balancesSyncedAt.',
  })
  async shortfalls(@Root() vault: Vault, @Ctx() ctx: GraphqlContext): Promise<VaultShortfall[]> {
    const rows = await ctx.loaders.shortfallsOfVault.load(vault.id);
    return rows.map(({ asset, allocated, held }) => ({ asset, allocated: allocated.toFixed(), held: held.toFixed() }));
  }

  @FieldResolver(() => VaultTransactionConnection, { description: 'Its ledger, newest first.' })
  async transactions(
    @Root() vault: Vault,
    @Ctx() ctx: GraphqlContext,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20, description: 'How many, at most 100.' })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'The endCursor of the previous page.' })
    after: string | null,
  ): Promise<Connection<VaultTransaction>> {
    const page = readPage({ first, after });
    const rows = await readVaultTransactions(ctx.app.db, viewerId(ctx), vault.id, page);
    return toConnection(rows, page, toVaultTransaction);
  }
}
