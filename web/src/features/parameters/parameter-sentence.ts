import { useTranslations } from 'use-intl';
import { formatSpan, useFormat } from '../../lib/format';
import { targetFaults } from '../../lib/target-rules';
import { FIELD_RULES, isSymbol, normalSymbol, quoteAssetOf, type ParameterForm } from './parameter-form';

/**
 * Says in one sentence what a parameter does; null while a number is missing or wrong. `vaultName` is the name of
 * the chosen vault.
 */
export const useParameterSentence = (): ((form: ParameterForm, vaultName?: string) => string | null) => {
  const t = useTranslations('parameters.preview');
  const format = useFormat();
  return (form, vaultName) => {
    const wrong =
      !isSymbol(form.symbol) ||
      FIELD_RULES.fixed(form.fixed, form) ||
      FIELD_RULES.pct(form.pct, form) ||
      (form.slEnabled && FIELD_RULES.slPct(form.slPct, form)) ||
      (form.tpEnabled && FIELD_RULES.tpPct(form.tpPct, form)) ||
      (form.trailingEnabled && FIELD_RULES.trailingPct(form.trailingPct, form)) ||
      FIELD_RULES.armingPct(form.armingPct) ||
      Object.keys(targetFaults(form.targets)).length > 0 ||
      FIELD_RULES.timeStopHours(form.timeStopHours) ||
      FIELD_RULES.minProfitPct(form.minProfitPct) ||
      FIELD_RULES.maxOrdersPerHour(form.maxOrdersPerHour) ||
      FIELD_RULES.minIntervalSec(form.minIntervalSec);
    if (wrong) return null;
    const pct = (value: string | null) => ({ pct: format.decimal(value ?? '') });
    const symbol = normalSymbol(form.symbol);
    const verb = { BUY: 'buy', SELL: 'sell', BOTH: 'both' }[form.side];
    const size = { FIXED: 'Fixed', PCT: 'Pct', ALL: 'All' }[
      form.side === 'SELL' || form.sizing !== 'ALL' ? form.sizing : 'FIXED'
    ];
    const amount = `${format.decimal(form.fixed ?? '')} ${quoteAssetOf(form.symbol)}`;
    const parts = [
      `${t(`${verb}${size}`, { amount, symbol, ...pct(form.pct) })} ${t(form.orderType === 'LIMIT' ? 'limit' : 'market')}`,
    ];
    const isBuy = form.side !== 'SELL';
    if (isBuy && form.slEnabled) parts.push(t('sl', pct(form.slPct)));
    if (isBuy && form.tpEnabled) parts.push(t('tp', pct(form.tpPct)));
    if (isBuy && form.trailingEnabled) parts.push(t('trailing', pct(form.trailingPct)));
    if (isBuy && form.trailingEnabled && form.armingPct) parts.push(t('arming', pct(form.armingPct)));
    for (const { pct: at, sharePct } of isBuy ? form.targets : []) {
      parts.push(t('target', { share: format.decimal(sharePct ?? ''), ...pct(at) }));
    }
    if (isBuy && form.targets.length > 0 && form.breakEven) parts.push(t('breakEven'));
    if (isBuy && form.timeStopHours) parts.push(t('timeStop', { hours: form.timeStopHours.trim() }));
    if (isBuy && form.minProfitPct && form.minProfitPct !== '0') parts.push(t('minProfit', pct(form.minProfitPct)));
    if (isBuy && vaultName) parts.push(t('vault', { vault: vaultName }));
    if (form.maxOrdersPerHour) parts.push(t('perHour', { count: form.maxOrdersPerHour.trim() }));
    if (form.minIntervalSec) parts.push(t('interval', { span: formatSpan(Number(form.minIntervalSec) * 1000) }));
    return `${parts.join(', ')}.`;
  };
};
