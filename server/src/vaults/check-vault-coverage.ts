import type { Context } from '../context.js';
import { vaultShortfalls } from '../core/ledger/vault-coverage.js';
import { closeAlert, openAlert } from '../alerts/alert-writes.store.js';
import { readCoverageFacts, readOpenCoverageAlerts } from './vault-coverage.store.js';

/**
 * Warns the owner of each REAL vault that has more allocated than its accounts hold, and ends the warning when they
 * hold enough again. One alert is open for each vault and asset.
 */
export async function checkVaultCoverage(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  ownerUserId: number,
): Promise<void> {
  const short = vaultShortfalls(await readCoverageFacts(db, ownerUserId));
  const keyOf = ({ vaultId, asset }: { vaultId: number; asset: string }) =>
    `VAULT_NOT_COVERED:vault:${vaultId}:${asset}`;
  const open = await readOpenCoverageAlerts(db, ownerUserId);
  for (const one of short) {
    const { asset, allocated, held } = one;
    const message = `Vault ${one.vaultId} is not covered: ${allocated.toFixed()} ${asset} are set apart, but the accounts hold ${held.toFixed()} ${asset}. Orders may be refused by the exchange.`;
    await openAlert(db, {
      ...{ type: 'VAULT_NOT_COVERED', severity: 'high', message },
      ...{ openKey: keyOf(one), userId: ownerUserId },
    });
  }
  const still = new Set(short.map(keyOf));
  for (const openKey of open.filter((key) => !still.has(key))) await closeAlert(db, { openKey, now: clock.now() });
}
