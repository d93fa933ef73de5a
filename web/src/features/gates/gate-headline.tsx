import { Ban, CircleCheck, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { GateRowFragment, OrderSide, TradingGatesQuery } from '../../gql/generated';
import { useFormat } from '../../lib/format';
import { cx } from '../../ui/class-names';
import { Reason } from '../../ui/reason';
import { GateLink } from './gate-list';

export type Gates = TradingGatesQuery['tradingGates'];

/** The answer in a sentence: the first gate that stops a signal, or what a signal would lead to. */
export function GateHeadline({ gates, side }: { gates: Gates; side: OrderSide }) {
  const t = useTranslations('gates');
  const { blockedBy, account, source } = gates;
  const warnings = gates.gates.filter(({ state }) => state === 'WARNING').length;
  const closed = gates.gates.filter(({ state }) => state === 'BLOCKED').length;
  const [Icon, look, color] = blockedBy
    ? ([Ban, 'border-danger/40 bg-danger-soft', 'text-danger'] as const)
    : warnings > 0
      ? ([TriangleAlert, 'border-warn/40 bg-warn-soft', 'text-warn'] as const)
      : ([CircleCheck, 'border-ok/40 bg-ok-soft', 'text-ok'] as const);
  const isOpen = account ? t(side === 'BUY' ? 'wouldBuy' : 'wouldSell') : t('sourceOpen');
  return (
    <section role="status" className={cx('mb-4 flex flex-wrap gap-3 rounded-card border px-4 py-3.5', look)}>
      <Icon className={cx('mt-0.5 size-5 shrink-0', color)} aria-hidden />
      <div className="flex min-w-0 flex-1 basis-64 flex-col gap-1">
        <h2 className="text-base font-semibold">
          {blockedBy ? t('notTrading', { because: t(`gate.${blockedBy.code}.because`) }) : isOpen}
        </h2>
        {blockedBy?.reasonMessage && saysMore(blockedBy) && (
          <p className="text-sm">
            <Reason code={blockedBy.reasonCode} message={blockedBy.reasonMessage} />
          </p>
        )}
        {blockedBy ? <p className="text-sm">{t(`gate.${blockedBy.code}.help`)}</p> : <Order gates={gates} />}
        {!blockedBy && warnings > 0 && <p className="text-sm">{t('warnings', { count: warnings })}</p>}
        {closed > 1 && <p className="text-sm text-muted">{t('more', { count: closed - 1 })}</p>}
        {source && <LastSignal at={gates.lastSignalAt} />}
      </div>
      {blockedBy && (
        <span className="shrink-0 self-center phone:ml-8">
          <GateLink gate={blockedBy} source={source?.id} />
        </span>
      )}
    </section>
  );
}

/** Whether the sentence of the server says more than that of the gate: the numbers, or a text of somebody else. */
const saysMore = ({ reasonCode, reasonMessage }: GateRowFragment): boolean =>
  /\d/.test(reasonMessage ?? '') || reasonCode === 'TRADING_HALTED' || reasonCode === 'EXCHANGE_REFUSED';

function Order({ gates: { order, symbol } }: { gates: Gates }) {
  const t = useTranslations('gates');
  const format = useFormat();
  if (!order || !symbol) return null;
  const [base = '', quote = ''] = symbol.split('/');
  const quantity = `${format.decimal(order.baseQuantity, { maxFraction: 8 })} ${base}`;
  const amount = `${format.decimal(order.quoteAmount, { maxFraction: 2 })} ${quote}`;
  return <p className="num text-sm">{t('order', { quantity, amount })}</p>;
}

function LastSignal({ at }: { at: string | null }) {
  const t = useTranslations('gates');
  const format = useFormat();
  return (
    <p className="text-xs text-muted">{at === null ? t('noSignal') : t('lastSignal', { time: format.dayTime(at) })}</p>
  );
}
