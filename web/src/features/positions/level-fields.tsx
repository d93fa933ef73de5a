import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { LivePositionFragment } from '../../gql/generated';
import { signOf } from '../../lib/decimal';
import type { Fault } from '../../lib/field-rules';
import { baseOf, quoteOf, useMarkets } from '../../lib/live/open-positions';
import { DecimalInput } from '../../ui/decimal-input';
import { Field } from '../../ui/field';
import { Money, Price } from '../../ui/money';
import { negated, pctOfPrice, priceOfPct, priceOfResult, resultOfPrice } from './exit-values';

type Name = 'pct' | 'price' | 'result';

interface LevelFieldsProps {
  kind: 'stop' | 'target';
  position: LivePositionFragment;
  /** Percent below the opening price for a stop, above it for a target; null means that the text is not a number. */
  pct: string | null;
  fault: Fault;
  required: boolean;
  onChange: (pct: string | null) => void;
}

const shortened = (text: string | null, digits: number): string =>
  text === null || text === '' ? '' : text.replace(new RegExp(`(\\.\\d{${digits}})\\d+$`), '$1');

/**
 * One level of an exit as percent, price and result: each field converts into the others. The percentage is what is
 * saved, so the other fields show its exact price and result as soon as they are left.
 */
export function LevelFields({ kind, position, pct, fault, required, onChange }: LevelFieldsProps) {
  const t = useTranslations('actions.exits.level');
  const rules = useTranslations('common.rules');
  const tickSize = useMarkets().get(position.symbol)?.tickSize;
  const [typed, setTyped] = useState<{ name: Name; value: string | null }>();
  const isStop = kind === 'stop';
  // A stop counts downward, everything else upward.
  const signed = isStop ? negated(pct) : pct;
  const price = priceOfPct(position, signed);
  const result = resultOfPrice(position, price);
  const shown: Record<Name, string> = {
    pct: pct ?? '',
    price: shortened(price, 8),
    // A loss is entered as a loss, without a sign.
    result: shortened(isStop ? negated(result) : result, 4),
  };
  const change: Record<Name, (value: string | null) => string | null> = {
    pct: (value) => value,
    price: (value) => toPct(pctOfPrice(position, value), value),
    result: (value) => toPct(pctOfPrice(position, priceOfResult(position, isStop ? negated(value) : value)), value),
  };
  const toPct = (above: string | null, value: string | null) =>
    value === '' ? '' : above === null ? null : isStop ? negated(above) : above;
  const input = (name: Name, unit: string) => (
    <DecimalInput
      value={typed?.name === name ? (typed.value ?? '') : shown[name]}
      unit={unit}
      onBlur={() => setTyped(undefined)}
      onChange={(value) => {
        setTyped({ name, value });
        onChange(change[name](value));
      }}
    />
  );
  const quote = quoteOf(position.symbol);
  return (
    <div className="grid grid-cols-3 items-start gap-x-3 max-[420px]:grid-cols-1">
      <Field label={t(isStop ? 'stopPct' : 'targetPct')} error={fault && rules(...fault)} required={required}>
        {input('pct', '%')}
      </Field>
      <Field label={t('price')}>{input('price', '')}</Field>
      <Field label={t(isStop ? 'loss' : 'gain', { quote })}>{input('result', '')}</Field>
      {price && result && !fault && (
        <p className="col-span-full text-xs text-faint" data-testid={`${kind}-means`}>
          {t.rich(isStop ? (signOf(result) < 0 ? 'stopMeans' : 'stopKeeps') : 'targetMeans', {
            price: () => <Price value={price} tickSize={tickSize} />,
            result: () => <Money value={result} asset={quote} result />,
            asset: baseOf(position.symbol),
          })}
        </p>
      )}
    </div>
  );
}
