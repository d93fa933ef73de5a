import { useTranslations } from 'use-intl';
import type { VaultRowFragment } from '../../gql/generated';
import { percentOf } from '../../lib/decimal';
import { useFormat } from '../../lib/format';
import { Quantity } from '../../ui/money';
import { Stat } from '../../ui/stat';

type VaultBalance = VaultRowFragment['balances'][number];

/** The balance of each asset of a vault; the bar shows the part that is reserved for orders. */
export function VaultBalances({ vault }: { vault: VaultRowFragment }) {
  const t = useTranslations('vaults');
  if (vault.balances.length === 0) return <p className="px-4 py-6 text-sm text-muted">{t('noBalances')}</p>;
  return (
    <ul aria-label={t('balancesOf', { vault: vault.name })} className="divide-y divide-line">
      {vault.balances.map((balance) => (
        <li key={balance.asset} className="px-4 py-3.5">
          <AssetBalance balance={balance} />
        </li>
      ))}
    </ul>
  );
}

function AssetBalance({ balance: { asset, balance, reserved, available } }: { balance: VaultBalance }) {
  const t = useTranslations('vaults');
  const format = useFormat();
  const pct = percentOf(reserved, balance);
  return (
    <>
      <dl className="grid gap-3 sm:grid-cols-3">
        <Stat label={t('available')} value={<Quantity value={available} asset={asset} />} />
        <Stat label={t('reserved')} value={<Quantity value={reserved} />} />
        <Stat label={t('balance')} value={<Quantity value={balance} />} />
      </dl>
      <div
        role="img"
        aria-label={t('bar', { pct: format.decimal(pct, { maxFraction: 1 }) })}
        title={t('bar', { pct: format.decimal(pct, { maxFraction: 1 }) })}
        className="mt-2.5 flex h-1.5 overflow-hidden rounded-full bg-hover"
      >
        <span className="h-full bg-warn" style={{ width: `${pct}%` }} />
      </div>
    </>
  );
}
