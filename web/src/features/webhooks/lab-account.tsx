import { CircleCheck, CircleSlash } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { EXCHANGE_NAMES } from '../../lib/exchange-names';
import { baseOf, quoteOf, useMarkets } from '../../lib/live/open-positions';
import { cx } from '../../ui/class-names';
import { Money, Price, Quantity } from '../../ui/money';
import { Reason } from '../../ui/reason';
import { TraceList } from '../../ui/trace-list';
import type { DryRun } from './lab-result';

type DryRunAccount = DryRun['accounts'][number];

/** What one account would do: the order or the reason for none, and where each number comes from. */
export function LabAccount({ explained, symbol }: { explained: DryRunAccount; symbol: string }) {
  const t = useTranslations('webhooks.lab');
  const { account, wouldTrade, side, trace } = explained;
  const Icon = wouldTrade ? CircleCheck : CircleSlash;
  return (
    <article>
      <header className="flex items-start gap-3">
        <Icon className={cx('mt-0.5 size-5 shrink-0', wouldTrade ? 'text-ok' : 'text-warn')} aria-hidden />
        <div className="min-w-0 flex-1">
          <h3 className="text-xs text-muted">
            {account.label}, {EXCHANGE_NAMES[account.exchange]}
          </h3>
          <p className="mt-0.5 text-base font-semibold">
            {wouldTrade ? (side === 'SELL' ? t('wouldSell') : t('wouldBuy')) : t('wouldNot')}{' '}
            {wouldTrade && <OrderWords explained={explained} symbol={symbol} />}
          </p>
          {!wouldTrade && (
            <p className="mt-0.5 text-sm text-muted">
              <Reason code={explained.reasonCode} message={explained.reasonMessage} />
            </p>
          )}
        </div>
      </header>
      {trace.length > 0 && (
        <details className="mt-2 ml-8" open={wouldTrade}>
          <summary className="w-fit rounded py-1 text-xs font-medium text-muted hover:text-text">{t('why')}</summary>
          <TraceList trace={trace} label={`${t('why')}: ${account.label}`} />
        </details>
      )}
    </article>
  );
}

function OrderWords({ explained, symbol }: { explained: DryRunAccount; symbol: string }) {
  const t = useTranslations('webhooks.lab');
  const tickSize = useMarkets().get(symbol)?.tickSize;
  const { baseQuantity, quoteAmount, limitPrice, orderType } = explained;
  return (
    <>
      {baseQuantity !== null && <Quantity value={baseQuantity} asset={baseOf(symbol)} />}{' '}
      {quoteAmount !== null && (
        <>
          {t('for')} <Money value={quoteAmount} asset={quoteOf(symbol)} />{' '}
        </>
      )}
      {orderType === 'LIMIT' && limitPrice !== null ? (
        <>
          {t('atLimit')} <Price value={limitPrice} tickSize={tickSize} />
        </>
      ) : (
        t('atMarket')
      )}
    </>
  );
}
