import { useTranslations } from 'use-intl';
import type { TradeJobQuery } from '../../gql/generated';
import { EXCHANGE_NAMES } from '../../lib/exchange-names';
import { baseOf, quoteOf, useMarkets } from '../../lib/live/open-positions';
import { signOf } from '../../lib/decimal';
import { CopyButton } from '../../ui/copy-button';
import { Missing, Money, Price, Quantity } from '../../ui/money';
import { Notice } from '../../ui/notice';
import { ServerSentence } from '../../ui/server-sentence';
import { ExecutionStatusBadge } from '../../ui/signal-badges';
import { Stat } from '../../ui/stat';

type Execution = NonNullable<TradeJobQuery['tradeJob']>['executions'][number];

/** One order at the exchange: its ids, what was requested and what was executed. */
export function ExecutionCard({ execution, symbol }: { execution: Execution; symbol: string }) {
  const t = useTranslations('jobs.detail');
  const tickSize = useMarkets().get(symbol)?.tickSize;
  const hasFills = signOf(execution.executedQty) > 0;
  return (
    <article className="flex flex-col gap-3">
      <header className="flex flex-wrap items-center gap-2 text-sm font-semibold">
        {EXCHANGE_NAMES[execution.exchange]}
        <ExecutionStatusBadge status={execution.status} />
      </header>
      <dl className="grid grid-cols-2 gap-x-4 gap-y-2 sm:grid-cols-4">
        <Stat label={t('requested')} value={<Quantity value={execution.requestedQty} asset={baseOf(symbol)} />} />
        <Stat label={t('executed')} value={<Quantity value={execution.executedQty} asset={baseOf(symbol)} />} />
        <Stat
          label={t('avgPrice')}
          value={hasFills ? <Price value={execution.avgPrice} tickSize={tickSize} /> : <Missing />}
        />
        <Stat
          label={t('value')}
          value={hasFills ? <Money value={execution.cummQuoteQty} asset={quoteOf(symbol)} /> : <Missing />}
        />
      </dl>
      <dl className="flex flex-col gap-1 text-xs">
        <IdLine name={t('clientOrderId')} id={execution.clientOrderId} />
        <IdLine name={t('exchangeOrderId')} id={execution.exchangeOrderId} />
      </dl>
      {execution.errorMessage && (
        <Notice tone="warn">
          <ServerSentence message={execution.errorMessage} mayQuote />
        </Notice>
      )}
    </article>
  );
}

function IdLine({ name, id }: { name: string; id: string | null }) {
  const t = useTranslations('jobs.detail');
  return (
    <div className="flex min-h-7 items-center gap-2">
      <dt className="w-28 shrink-0 text-muted">{name}</dt>
      <dd className="flex min-w-0 items-center gap-1 font-mono">
        <span className="truncate">{id ?? <span className="font-sans text-faint">{t('notKnown')}</span>}</span>
        {id && <CopyButton text={id} what={name} />}
      </dd>
    </div>
  );
}
