import { useTranslations } from 'use-intl';
import type { LivePositionFragment } from '../../gql/generated';
import { costPerCoin, percentOf, sum } from '../../lib/decimal';
import type { Fault } from '../../lib/field-rules';
import { baseOf, marketOf, quoteOf, useMarkets } from '../../lib/live/open-positions';
import { usePrice } from '../../lib/live/price-store';
import { PricedFigure } from '../../lib/live/stale';
import { DecimalInput } from '../../ui/decimal-input';
import { Field } from '../../ui/field';
import { Input } from '../../ui/input';
import { Missing, Money, Pct, Price, Quantity } from '../../ui/money';
import { Segmented } from '../../ui/segmented';
import { estimateOf, freeQuantity, type Sellable, type SellFaults, type SellForm, type Share } from './sell-order';

const SHARES: readonly Share[] = ['25', '50', '75', '100'];

interface SellAmountProps {
  form: SellForm;
  sellable: Sellable & { symbol: string };
  fault: Fault;
  onChange: (part: Partial<SellForm>) => void;
}

/** How much to sell: 25%, 50%, 75%, 100%, or an amount. */
export function SellAmount({ form, sellable, fault, onChange }: SellAmountProps) {
  const t = useTranslations('actions.sell');
  const rules = useTranslations('common.rules');
  const asset = baseOf(sellable.symbol);
  return (
    <div className="flex flex-col gap-2">
      <span className="text-xs font-medium text-muted">{t('howMuch')}</span>
      <Segmented
        fill
        label={t('howMuch')}
        value={form.share}
        onChange={(share) => onChange({ share })}
        options={[
          ...SHARES.map((share) => ({ value: share, label: `${share}%` })),
          { value: 'amount', label: t('amount') },
        ]}
      />
      {form.share === 'amount' ? (
        <Field label={t('amountOf', { asset })} error={fault && rules(...fault)} required>
          <DecimalInput value={form.amount ?? ''} onChange={(amount) => onChange({ amount })} unit={asset} />
        </Field>
      ) : (
        <>
          <span className="flex items-center gap-3">
            <input
              type="range"
              min={1}
              max={100}
              className="h-9 min-w-0 flex-1 accent-accent-solid phone:h-11"
              aria-label={t('percent')}
              aria-valuetext={`${form.share}%`}
              value={form.share}
              onChange={(event) => onChange({ share: event.target.value as Share })}
            />
            <output className="num w-12 text-right text-sm">{form.share}%</output>
          </span>
          {fault && (
            <p role="alert" className="text-xs text-danger">
              {t('nothingFree')}
            </p>
          )}
        </>
      )}
      <p className="text-xs text-faint">
        {t('free')} <Quantity value={freeQuantity(form, sellable)} asset={asset} />
      </p>
    </div>
  );
}

interface SellLimitProps {
  form: SellForm;
  position: LivePositionFragment;
  faults: SellFaults;
  onChange: (part: Partial<SellForm>) => void;
}

/** The limit price, and how long the order is valid. */
export function SellLimit({ form, position, faults, onChange }: SellLimitProps) {
  const t = useTranslations('actions.sell');
  const rules = useTranslations('common.rules');
  const last = usePrice(position.priceKey)?.last;
  const away = last && form.price ? percentOf(sum([form.price, `-${last}`]), last) : null;
  return (
    <div className="grid grid-cols-[1fr_7rem] items-start gap-3">
      <Field
        label={t('price')}
        hint={
          away && (
            <PricedFigure priceKey={position.priceKey}>
              <Away pct={away} />
            </PricedFigure>
          )
        }
        error={faults.price && rules(...faults.price)}
        required
      >
        <DecimalInput
          value={form.price ?? ''}
          onChange={(price) => onChange({ price })}
          unit={quoteOf(position.symbol)}
        />
      </Field>
      <Field label={t('hours')} error={faults.hours && rules(...faults.hours)} required>
        <Input
          inputMode="numeric"
          className="num text-right"
          value={form.hours}
          onChange={(event) => onChange({ hours: event.target.value })}
        />
      </Field>
    </div>
  );
}

function Away({ pct }: { pct: string }) {
  const t = useTranslations('actions.sell');
  return (
    <>
      <Pct value={pct} /> {t('fromMarket')}
    </>
  );
}

/** The estimated proceeds now, or at the limit price. */
export function SellEstimate({
  form,
  position,
  quantity,
}: {
  form: SellForm;
  position: LivePositionFragment;
  quantity: string | null;
}) {
  const t = useTranslations('actions.sell');
  const last = usePrice(position.priceKey)?.last;
  const tickSize = marketOf(useMarkets(), position)?.tickSize;
  const quote = quoteOf(position.symbol);
  const price = form.orderType === 'LIMIT' ? form.price : last;
  const estimate = price && quantity ? estimateOf(quantity, price, costPerCoin(position)) : null;
  return (
    <dl className="grid grid-cols-2 gap-x-4 gap-y-1.5 rounded-lg bg-raised px-3.5 py-3 text-sm">
      <dt className="text-muted">{t('priceNow')}</dt>
      <dd className="text-right">
        <PricedFigure priceKey={position.priceKey}>
          <Price value={last} tickSize={tickSize} />
        </PricedFigure>
      </dd>
      <dt className="text-muted">{t('brings')}</dt>
      <dd className="text-right font-semibold">
        <PricedFigure priceKey={position.priceKey}>
          <Money value={estimate?.value} asset={quote} />
        </PricedFigure>
      </dd>
      <dt className="text-muted">{t('result')}</dt>
      <dd className="text-right">
        {estimate ? (
          <PricedFigure priceKey={position.priceKey}>
            <Money value={estimate.result} asset={quote} result /> (<Pct value={estimate.resultPct} />)
          </PricedFigure>
        ) : (
          <Missing />
        )}
      </dd>
    </dl>
  );
}
