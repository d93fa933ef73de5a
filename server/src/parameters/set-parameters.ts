import type { Context } from '../context.js';
import { refuse, type ReasonCode, type Refusal } from '../core/reasons.js';
import { readSymbol } from '../core/signal/symbols.js';
import { checkPlace, toColumns, type ParameterSettings } from './parameter-settings.js';
import { insertParameter, readParametersOfAccount, writeParameter, type ParameterColumns } from './parameter.store.js';

export interface ParameterResult {
  accountId: number;
  symbol: string;
  side: 'BUY' | 'SELL' | 'BOTH';
  outcome: 'CREATED' | 'REPLACED' | 'KEPT' | 'REFUSED';
  reasonCode: ReasonCode | null;
  reasonMessage: string | null;
  parameterId: number | null;
}

type Existing = 'KEEP' | 'REPLACE';
/** Two parameters (BUY and SELL) of 100 symbols for a few accounts. */
const COPIES_MAX = 1_000;

/**
 * Gives many symbols of an account the same settings. Each parameter has its own result. Refusals of the whole call:
 * ACCOUNT_NOT_FOUND, VAULT_NOT_FOUND, MODE_MISMATCH.
 */
export async function setParameters(
  ctx: Pick<Context, 'db'>,
  ownerUserId: number,
  input: {
    accountId: number;
    symbols: readonly string[];
    settings: Omit<ParameterSettings, 'symbol'>;
    existing: Existing;
  },
): Promise<{ ok: true; results: ParameterResult[] } | Refusal> {
  const { accountId, settings, existing } = input;
  const refusal = await checkPlace(ctx, ownerUserId, { accountId, vaultId: settings.vaultId });
  if (refusal) return refusal;
  const symbols = [...new Set(input.symbols.map((symbol) => readSymbol(symbol)?.symbol ?? symbol))];
  const wanted = symbols.map((symbol) => toColumns({ ...settings, symbol }));
  return { ok: true, results: await writeAll(ctx, { ownerUserId, accountId, existing }, wanted) };
}

/**
 * Copies parameters of an account to others. A copy whose vault has another mode than its account is refused, the
 * others are made. Refusals of the whole call: ACCOUNT_NOT_FOUND, VAULT_NOT_FOUND.
 */
export async function copyParameters(
  ctx: Pick<Context, 'db'>,
  ownerUserId: number,
  input: {
    fromAccountId: number;
    toAccountIds: readonly number[];
    symbols: readonly string[] | undefined;
    vaultId: number | undefined;
    existing: Existing;
  },
): Promise<{ ok: true; results: ParameterResult[] } | Refusal> {
  const { fromAccountId, vaultId, existing } = input;
  const toAccountIds = [...new Set(input.toAccountIds)].filter((id) => id !== fromAccountId);
  for (const accountId of [fromAccountId, ...toAccountIds]) {
    const refusal = await checkPlace(ctx, ownerUserId, { accountId, vaultId: null });
    if (refusal) return refusal;
  }
  const symbols = input.symbols?.map((symbol) => readSymbol(symbol)?.symbol ?? symbol);
  const originals = (await readParametersOfAccount(ctx.db, ownerUserId, fromAccountId)).filter(
    ({ columns }) => symbols?.includes(columns.symbol) ?? true,
  );
  if (originals.length * toAccountIds.length > COPIES_MAX) {
    const all = originals.length * toAccountIds.length;
    return refuse('INVALID_INPUT', `This would make ${all} copies; one call makes at most ${COPIES_MAX}.`);
  }
  const results: ParameterResult[] = [];
  for (const accountId of toAccountIds) {
    for (const original of originals) {
      const columns = { ...original.columns, vault_id: vaultId ?? original.columns.vault_id ?? null };
      const refusal = await checkPlace(ctx, ownerUserId, { accountId, vaultId: columns.vault_id });
      if (refusal?.code === 'VAULT_NOT_FOUND') return refusal;
      results.push(
        ...(refusal
          ? [resultOf({ accountId, columns }, 'REFUSED', { refusal })]
          : await writeAll(ctx, { ownerUserId, accountId, existing }, [columns])),
      );
    }
  }
  return { ok: true, results };
}

async function writeAll(
  { db }: Pick<Context, 'db'>,
  { ownerUserId, accountId, existing }: { ownerUserId: number; accountId: number; existing: Existing },
  wanted: readonly ParameterColumns[],
): Promise<ParameterResult[]> {
  const results: ParameterResult[] = [];
  for (const columns of wanted) {
    const place = { accountId, columns };
    const made = await insertParameter(db, { ownerUserId, accountId, columns });
    if (made !== 'exists') {
      results.push(resultOf(place, 'CREATED', { parameterId: made }));
      continue;
    }
    const known = (await readParametersOfAccount(db, ownerUserId, accountId, columns)).at(0);
    // It was deleted in this moment; the owner sees why nothing was written and may ask again.
    if (!known) results.push(resultOf(place, 'REFUSED', { refusal: refuse('PARAMETER_NOT_FOUND') }));
    else if (existing === 'KEEP') results.push(resultOf(place, 'KEPT', { parameterId: known.id }));
    else {
      await writeParameter(db, { ownerUserId, parameterId: known.id, columns });
      results.push(resultOf(place, 'REPLACED', { parameterId: known.id }));
    }
  }
  return results;
}

const resultOf = (
  { accountId, columns }: { accountId: number; columns: ParameterColumns },
  outcome: ParameterResult['outcome'],
  { parameterId = null, refusal }: { parameterId?: number | null; refusal?: Refusal },
): ParameterResult => ({
  ...{ accountId, symbol: columns.symbol, side: columns.side as ParameterResult['side'], outcome, parameterId },
  ...{ reasonCode: refusal?.code ?? null, reasonMessage: refusal?.message ?? null },
});
