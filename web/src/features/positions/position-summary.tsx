import { useTranslations } from 'use-intl';
import type { PositionDetailQuery } from '../../gql/generated';
import { useFormat } from '../../lib/format';
import { LivePct, LivePrice, LiveProfit, LiveValue } from '../../lib/live/live-cells';
import { baseOf, quoteOf } from '../../lib/live/open-positions';
import { usePrice } from '../../lib/live/price-store';
import { percentOf, shiftPct, sum } from '../../lib/decimal';
import { Card } from '../../ui/card';
import { Missing, Money, Pct, Price, Quantity } from '../../ui/money';
import { Stat } from '../../ui/stat';
import { Age } from '../../ui/time';
import type { ChartLine } from './position-chart';

type Position = NonNullable<PositionDetailQuery['position']>;

/** The figures of a position; what moves keeps its place. */
export function PositionSummary({ position, tickSize }: { position: Position; tickSize: string | undefined }) {
  const t = useTranslations('positions.summary');
  const format = useFormat();
  const isOpen = position.status === 'OPEN';
  const quote = quoteOf(position.symbol);
  return (
    <Card>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-3 xl:grid-cols-6">
        <Stat
          large
          className="col-span-2"
          label={isOpen ? t('unrealized') : t('realized')}
          value={
            isOpen ? (
              <LiveProfit position={position} withAsset />
            ) : (
              <Money value={position.realizedProfitUsd} asset={quote} result />
            )
          }
          note={isOpen ? <LivePct position={position} /> : undefined}
        />
        <Stat label={t('price')} value={<LivePrice symbol={position.symbol} tickSize={tickSize} />} note={quote} />
        <Stat label={t('entry')} value={<Price value={position.priceOpen} tickSize={tickSize} />} note={quote} />
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
          note={<Age at={position.closedAt ?? position.createdAt} ago />}
        />
      </dl>
      <dl className="mt-4 flex flex-wrap gap-x-8 gap-y-2 border-t border-line pt-3 text-sm">
        <div className="flex gap-2">
          <dt className="text-muted">{t('realized')}</dt>
          <dd>
            <Money value={position.realizedProfitUsd} asset={quote} result />
          </dd>
        </div>
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
      </dl>
    </Card>
  );
}

/** The prices at which a position's stop, target and trailing stop stand. */
export const levelsOf = (position: Position): { kind: 'stop' | 'target' | 'trailing'; price: string }[] => {
  const levels: { kind: 'stop' | 'target' | 'trailing'; price: string }[] = [];
  if (position.slEnabled && position.slPct)
    levels.push({ kind: 'stop', price: shiftPct(position.priceOpen, `-${position.slPct}`) });
  if (position.tpEnabled && position.tpPct)
    levels.push({ kind: 'target', price: shiftPct(position.priceOpen, position.tpPct) });
  if (position.trailingEnabled && position.trailingDistancePct) {
    const top = position.trailingMaxPrice ?? position.priceOpen;
    levels.push({ kind: 'trailing', price: shiftPct(top, `-${position.trailingDistancePct}`) });
  }
  return levels;
};

export const LEVEL_COLOURS = { stop: '--down', target: '--up', trailing: '--warn' } as const satisfies Record<
  string,
  ChartLine['colour']
>;

/** Each protection with its price and how far the market is from it. */
export function PositionProtection({ position, tickSize }: { position: Position; tickSize: string | undefined }) {
  const t = useTranslations('positions.protection');
  const levels = levelsOf(position);
  return (
    <Card title={t('title')}>
      {levels.length === 0 ? (
        <p className="text-sm text-muted">{t('none')}</p>
      ) : (
        <dl className="flex flex-col gap-2 text-sm">
          {levels.map(({ kind, price }) => (
            <div key={kind} className="grid grid-cols-[1fr_auto_5.5rem] items-baseline gap-4">
              <dt className="text-muted">{t(kind)}</dt>
              <dd>
                <Price value={price} tickSize={tickSize} />
              </dd>
              <dd className="text-right text-xs text-faint">
                <Distance symbol={position.symbol} level={price} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Card>
  );
}

function Distance({ symbol, level }: { symbol: string; level: string }) {
  const t = useTranslations('positions.protection');
  const price = usePrice(symbol);
  if (!price) return <Missing />;
  const away = percentOf(sum([level, `-${price.last}`]), price.last);
  return (
    <span>
      <Pct value={away.replace('-', '')} result={false} /> {t('away')}
    </span>
  );
}
