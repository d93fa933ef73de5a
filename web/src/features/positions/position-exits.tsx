import { useTranslations } from 'use-intl';
import type { PositionDetailQuery } from '../../gql/generated';
import { percentOf, sum } from '../../lib/decimal';
import { usePrice } from '../../lib/live/price-store';
import { PricedFigure } from '../../lib/live/stale';
import { Badge } from '../../ui/badge';
import { Card } from '../../ui/card';
import { Missing, Pct, Price } from '../../ui/money';
import { Notice } from '../../ui/notice';
import { Time } from '../../ui/time';
import { exitLinesOf, isUnprotected } from './exit-lines';

type Position = NonNullable<PositionDetailQuery['position']>;

/** Each exit with its price and the distance of the market from it, the targets, and the time stop. */
export function PositionExits({ position, tickSize }: { position: Position; tickSize: string | undefined }) {
  const t = useTranslations('positions.exits');
  const lines = exitLinesOf(position);
  const { targets, exitLevels, minProfitPct, breakEvenAfterFirst, priceKey } = position;
  const timeStopAt = exitLevels?.timeStopAt;
  if (position.status !== 'OPEN') return null;
  const isEmpty = lines.length === 0 && targets.length === 0 && !timeStopAt;
  return (
    <Card title={t('title')}>
      {isUnprotected(position) && (
        <div className="mb-3">
          <Notice tone="warn">{t('unprotected')}</Notice>
        </div>
      )}
      {isEmpty && <p className="text-sm text-muted">{t('none')}</p>}
      <dl className="flex flex-col gap-2 text-sm">
        {lines.map(({ kind, price }) => (
          <Line key={kind} name={t(kind)} {...{ price, tickSize, priceKey }} />
        ))}
        {targets.map(({ id, ordinal, price, sharePct, triggeredAt }) => (
          <Line
            key={id}
            name={t('step', { number: ordinal, share: sharePct })}
            {...{ price, tickSize, priceKey }}
            isDone={triggeredAt !== null}
          />
        ))}
        {timeStopAt && (
          <div className="flex items-baseline justify-between gap-4">
            <dt className="text-muted">{t('time')}</dt>
            <dd>
              <Time at={timeStopAt} withDay />
            </dd>
          </div>
        )}
        {minProfitPct !== null && (
          <div className="flex items-baseline justify-between gap-4">
            <dt className="text-muted">{t('minProfit')}</dt>
            <dd>
              <Pct value={minProfitPct} result={false} />
            </dd>
          </div>
        )}
      </dl>
      {breakEvenAfterFirst && targets.length > 0 && <p className="mt-2 text-xs text-faint">{t('breakEven')}</p>}
    </Card>
  );
}

interface LineProps {
  name: string;
  price: string;
  tickSize: string | undefined;
  priceKey: string;
  isDone?: boolean;
}

function Line({ name, price, tickSize, priceKey, isDone }: LineProps) {
  const t = useTranslations('positions.exits');
  return (
    <div className="grid grid-cols-[1fr_auto_5.5rem] items-baseline gap-4">
      <dt className="text-muted">{name}</dt>
      <dd>
        <Price value={price} tickSize={tickSize} />
      </dd>
      <dd className="text-right text-xs text-faint">
        {isDone ? <Badge tone="ok">{t('fired')}</Badge> : <Distance priceKey={priceKey} level={price} />}
      </dd>
    </div>
  );
}

function Distance({ priceKey, level }: { priceKey: string; level: string }) {
  const t = useTranslations('positions.exits');
  const price = usePrice(priceKey);
  if (!price) return <Missing />;
  const away = percentOf(sum([level, `-${price.last}`]), price.last);
  return (
    <PricedFigure priceKey={priceKey}>
      <Pct value={away.replace('-', '')} result={false} /> {t('away')}
    </PricedFigure>
  );
}
