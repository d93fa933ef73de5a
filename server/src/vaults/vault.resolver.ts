import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { available } from '../core/ledger/ledger.js';
import { d } from '../core/money/money.js';
import { requirePassword } from '../auth/require-password.js';
import { Access, Audit } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { notFound, orThrow } from '../graphql/errors.js';
import { oncePerKey } from '../graphql/once-per-key.js';
import { datesOf } from '../graphql/list-filter.js';
import {
  filterId,
  PageArgs,
  readPage,
  rowId,
  toConnection,
  withTotalCount,
  type Connection,
  type CountedConnection,
} from '../graphql/pages.js';
import { confirmWithdrawal } from './confirm-withdrawal.js';
import { toRemoval } from '../graphql/removal.types.js';
import { createVault } from './create-vault.js';
import { deposit } from './deposit.js';
import { updateVault } from './update-vault.js';
import { removeVault } from './vault.store.js';
import { countVaults, readVaults, readVaultTransactions } from './vault-view.store.js';
import {
  CreateVaultInput,
  toVault,
  toVaultTransaction,
  UpdateVaultInput,
  DeleteVaultInput,
  DeleteVaultPayload,
  Vault,
  VaultBalance,
  DepositToVaultInput,
  WithdrawFromVaultInput,
  CreateVaultPayload,
  DepositToVaultPayload,
  UpdateVaultPayload,
  WithdrawFromVaultPayload,
  type VaultPayload,
  VaultConnection,
  VaultFilter,
  VaultShortfall,
  VaultTransactionFilter,
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

/** Moves funds once for the key of the input. Returns the vault's id. */
async function moveOnce(
  ctx: GraphqlContext,
  operation: string,
  { asset, amount, idempotencyKey, vaultId }: DepositToVaultInput | WithdrawFromVaultInput,
  move: typeof deposit,
): Promise<number> {
  const [userId, input] = [viewerId(ctx), { vaultId: rowId(vaultId) ?? 0, asset, amount }];
  const request = { userId, scope: 'VAULT', operation, key: idempotencyKey, input } as const;
  return orThrow(await oncePerKey(ctx.app, request, () => move(ctx.app, userId, { ...input, idempotencyKey }))).vaultId;
}

@Resolver(() => Vault)
export class VaultResolver {
  @Query(() => VaultConnection, { description: 'Your vaults, oldest first.' })
  @Access('user')
  async vaults(
    @Ctx() ctx: GraphqlContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => VaultFilter, { nullable: true, description: 'Filters the vaults.' })
    filter: VaultFilter | null,
  ): Promise<CountedConnection<Vault>> {
    const page = readPage(args, { sort: 'OLDEST' });
    const { tradeMode, isActive } = filter ?? {};
    const where = { tradeMode: tradeMode ?? undefined, isActive: isActive ?? undefined, ...datesOf(filter ?? {}) };
    const found = toConnection(await readVaults(ctx.app.db, viewerId(ctx), where, page), page, toVault);
    return withTotalCount(found, () => countVaults(ctx.app.db, viewerId(ctx), where));
  }

  @Query(() => VaultTransactionConnection, { description: 'The ledger of your vaults, newest first.' })
  @Access('user')
  async vaultTransactions(
    @Ctx() ctx: GraphqlContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => VaultTransactionFilter, { nullable: true, description: 'Filters the transactions.' })
    filter: VaultTransactionFilter | null,
  ): Promise<Connection<VaultTransaction>> {
    const page = readPage(args);
    const where = {
      ...{ vaultId: filterId(filter?.vaultId), tradeMode: filter?.tradeMode ?? undefined },
      ...{ type: filter?.type ?? undefined, asset: filter?.asset?.toUpperCase(), ...datesOf(filter ?? {}) },
    };
    const rows = await readVaultTransactions(ctx.app.db, viewerId(ctx), where, page);
    return toConnection(rows, page, toVaultTransaction);
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
    const { vaultId } = orThrow(await createVault(ctx.app, viewerId(ctx), input));
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

  @Mutation(() => DeleteVaultPayload, {
    description:
      'Deletes a vault that was never used. One with a ledger, jobs, positions or parameters is switched off instead.',
  })
  @Access('user')
  @Audit('vault')
  async deleteVault(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => DeleteVaultInput, { description: 'Which one.' }) { id }: DeleteVaultInput,
  ): Promise<DeleteVaultPayload> {
    const row = rowId(id) ?? 0;
    const outcome = await removeVault(ctx.app.db, viewerId(ctx), row);
    if (!outcome) throw notFound('vault');
    return toRemoval(row, outcome);
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
    return payload(ctx, await moveOnce(ctx, 'depositToVault', input, deposit));
  }

  @Mutation(() => WithdrawFromVaultPayload, {
    description: 'Takes available capital out of a vault, once for each idempotency key. Needs your password.',
  })
  @Access('user')
  @Audit('vault')
  async withdrawFromVault(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => WithdrawFromVaultInput, { description: 'The amount and the vault.' })
    input: WithdrawFromVaultInput,
  ): Promise<WithdrawFromVaultPayload> {
    const confirm = () => requirePassword(ctx, input.password, 'withdrawFromVault');
    orThrow(await confirmWithdrawal(ctx.app, viewerId(ctx), rowId(input.vaultId) ?? 0, confirm));
    return payload(ctx, await moveOnce(ctx, 'withdrawFromVault', input, withdraw));
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
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Connection<VaultTransaction>> {
    const page = readPage(args);
    const rows = await readVaultTransactions(ctx.app.db, viewerId(ctx), { vaultId: vault.id }, page);
    return toConnection(rows, page, toVaultTransaction);
  }
}
