import { useTranslations } from 'use-intl';
import type { PositionDetailQuery } from '../../gql/generated';
import { useFormat } from '../../lib/format';
import { LivePct, LivePrice, LiveProfit, LiveValue } from '../../lib/live/live-cells';
import { baseOf, quoteOf } from '../../lib/live/open-positions';
import { Card } from '../../ui/card';
import { Missing, Money, Pct, Price, Quantity } from '../../ui/money';
import { Notice } from '../../ui/notice';
import { Reason } from '../../ui/reason';
import { Stat } from '../../ui/stat';
import { resultPctOf } from './closed-figures';

type Position = NonNullable<PositionDetailQuery['position']>;

/** The figures of a position; moving figures keep their place. */
export function PositionSummary({ position, tickSize }: { position: Position; tickSize: string | undefined }) {
  const t = useTranslations('positions.summary');
  const help = useTranslations('positions.columnHelp');
  const format = useFormat();
  const isOpen = position.status === 'OPEN';
  const quote = quoteOf(position.symbol);
  return (
    <Card>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-3 xl:grid-cols-6">
        <Stat
          large
          className="col-span-2"
          label={isOpen ? <span title={`${help('pnl')} ${help('pct')}`}>{t('unrealized')}</span> : t('realized')}
          value={
            isOpen ? (
              <LiveProfit position={position} withAsset />
            ) : (
              <Money value={position.realizedPnl} asset={quote} result />
            )
          }
          note={isOpen ? <LivePct position={position} /> : <Pct value={resultPctOf(position)} />}
        />
        {isOpen ? (
          <Stat
            label={t('price')}
            value={<LivePrice priceKey={position.priceKey} tickSize={tickSize} />}
            note={quote}
          />
        ) : (
          <Stat label={t('exit')} value={<Price value={position.exitPrice} tickSize={tickSize} />} note={quote} />
        )}
        <Stat label={t('entry')} value={<Price value={position.entryPrice} tickSize={tickSize} />} note={quote} />
        <Stat
          label={isOpen ? t('remaining') : t('quantity')}
          value={
            <Quantity value={isOpen ? position.qtyRemaining : position.qtyTotal} asset={baseOf(position.symbol)} />
          }
          note={isOpen && t('ofTotal', { total: format.decimal(position.qtyTotal) })}
        />
        <Stat
          label={t('value')}
          value={isOpen ? <LiveValue position={position} /> : <Missing />}
          note={isOpen ? quote : undefined}
        />
      </dl>
      <Sums position={position} quote={quote} />
      <Explanations position={position} quote={quote} />
    </Card>
  );
}

/** Explains in plain words why the position could not be sold, or not completely. */
function Explanations({ position, quote }: { position: Position; quote: string }) {
  const t = useTranslations('positions.summary');
  const format = useFormat();
  const { unsellableReason, shortfallQty, shortfallValueQuote, symbol } = position;
  return (
    <div className="mt-3 flex flex-col gap-2 empty:hidden">
      {unsellableReason && (
        <Notice tone="warn">
          {t('unsellable')} <Reason code={unsellableReason} />
        </Notice>
      )}
      {shortfallQty !== '0' && (
        <Notice tone="warn">
          {t('shortfallWhy', {
            ...{ qty: format.decimal(shortfallQty), asset: baseOf(symbol), quote },
            value: format.decimal(shortfallValueQuote, { maxFraction: 2 }),
          })}
        </Notice>
      )}
    </div>
  );
}

/** Results, cost, fees and account of a position. */
function Sums({ position, quote }: { position: Position; quote: string }) {
  const t = useTranslations('positions.summary');
  return (
    <dl className="mt-4 flex flex-wrap gap-x-8 gap-y-2 border-t border-line pt-3 text-sm">
      {position.status === 'OPEN' && (
        <div className="flex gap-2">
          <dt className="text-muted">{t('realized')}</dt>
          <dd>
            <Money value={position.realizedPnl} asset={quote} result />
          </dd>
        </div>
      )}
      {position.status === 'OPEN' && (
        <div className="flex gap-2">
          <dt className="text-muted">{t('cost')}</dt>
          <dd>
            <Money value={position.costQuote} asset={quote} />
          </dd>
        </div>
      )}
      <div className="flex gap-2">
        <dt className="text-muted">{t('fees')}</dt>
        <dd>
          <Money value={position.feesQuote} asset={quote} digits={4} />
        </dd>
      </div>
      <div className="flex gap-2">
        <dt className="text-muted">{t('account')}</dt>
        <dd>{position.account.label}</dd>
      </div>
      {position.shortfallQty !== '0' && (
        <div className="flex gap-2">
          <dt className="text-muted">{t('shortfall')}</dt>
          <dd>
            <Quantity value={position.shortfallQty} asset={baseOf(position.symbol)} /> (
            <Money value={position.shortfallValueQuote} asset={quote} />)
          </dd>
        </div>
      )}
      {position.dustQty !== '0' && (
        <div className="flex gap-2">
          <dt className="text-muted">{t('dust')}</dt>
          <dd>
            <Quantity value={position.dustQty} asset={baseOf(position.symbol)} />
            {position.dustValueQuote && (
              <>
                {' '}
                (<Money value={position.dustValueQuote} asset={quote} />)
              </>
            )}
          </dd>
        </div>
      )}
    </dl>
  );
}
