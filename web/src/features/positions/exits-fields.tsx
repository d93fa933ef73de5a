import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { LivePositionFragment } from '../../gql/generated';
import { compareDecimals } from '../../lib/decimal';
import type { Fault } from '../../lib/field-rules';
import { useMarkets } from '../../lib/live/open-positions';
import { usePrice } from '../../lib/live/price-store';
import { DecimalInput } from '../../ui/decimal-input';
import { cx } from '../../ui/class-names';
import { Field } from '../../ui/field';
import { Input } from '../../ui/input';
import { Price } from '../../ui/money';
import { Switch } from '../../ui/switch';
import { TargetLadder } from '../../ui/target-ladder';
import { trailingTop } from './exit-lines';
import { priceAt, type ExitsForm } from './exits-form';
import { LevelFields } from './level-fields';

interface ExitFieldsProps {
  form: ExitsForm;
  position: LivePositionFragment;
  faults: Record<string, Fault>;
  onChange: (part: Partial<ExitsForm>) => void;
}

function Group({ title, on, children }: { title: string; on?: ReactNode; children: ReactNode }) {
  return (
    <fieldset className="rounded-lg border border-line px-3.5 pt-2.5 pb-3">
      <legend className="sr-only">{title}</legend>
      <div className="mb-2 flex min-h-7 items-center justify-between gap-3 phone:min-h-11">
        <span aria-hidden className="text-sm font-semibold">
          {title}
        </span>
        {on}
      </div>
      {children}
    </fieldset>
  );
}

interface PercentProps {
  label: string;
  value: string | null;
  fault: Fault;
  onChange: (value: string | null) => void;
  /** The price of this percentage. */
  price?: string | null;
  symbol: string;
  required?: boolean;
}

/** A percentage with its price below. */
function Percent({ label, value, fault, onChange, price, symbol, required }: PercentProps) {
  const rules = useTranslations('common.rules');
  const t = useTranslations('actions.exits');
  const tickSize = useMarkets().get(symbol)?.tickSize;
  const hint = price ? (
    <>
      {t('at')} <Price value={price} tickSize={tickSize} />
    </>
  ) : undefined;
  return (
    <Field label={label} hint={hint} error={fault && rules(...fault)} required={required ?? false}>
      <DecimalInput value={value ?? ''} onChange={onChange} unit="%" />
    </Field>
  );
}

const PAIR = 'grid grid-cols-2 items-start gap-3';

/** Stop loss and time stop. */
export function StopFields({ form, position, faults, onChange }: ExitFieldsProps) {
  const t = useTranslations('actions.exits');
  const rules = useTranslations('common.rules');
  const name = t('stop');
  return (
    <Group
      title={name}
      on={<Switch checked={form.slEnabled} onCheckedChange={(slEnabled) => onChange({ slEnabled })} label={name} />}
    >
      <LevelFields
        kind="stop"
        position={position}
        pct={form.slPct}
        fault={faults.slPct}
        required={form.slEnabled}
        onChange={(slPct) => onChange({ slPct })}
      />
      <div className={cx(PAIR, 'mt-2')}>
        <Field
          label={t('timeStop')}
          hint={t('timeStopHint')}
          error={faults.timeStopHours && rules(...faults.timeStopHours)}
        >
          <Input
            inputMode="numeric"
            className="num text-right"
            value={form.timeStopHours}
            onChange={(event) => onChange({ timeStopHours: event.target.value })}
          />
        </Field>
      </div>
    </Group>
  );
}

/** Take profit, and the minimum profit of sell signals and take profit. */
export function ProfitFields({ form, position, faults, onChange }: ExitFieldsProps) {
  const t = useTranslations('actions.exits');
  const name = t('profit');
  const target = priceAt(position.entryPrice, form.tpPct, 'above');
  const least = priceAt(position.entryPrice, form.minProfitPct, 'above');
  const tickSize = useMarkets().get(position.symbol)?.tickSize;
  // The server never takes profit below the minimum profit.
  const moved = form.tpEnabled && target && least && compareDecimals(least, target) > 0 ? least : undefined;
  return (
    <Group
      title={name}
      on={<Switch checked={form.tpEnabled} onCheckedChange={(tpEnabled) => onChange({ tpEnabled })} label={name} />}
    >
      <LevelFields
        kind="target"
        position={position}
        pct={form.tpPct}
        fault={faults.tpPct}
        required={form.tpEnabled}
        onChange={(tpPct) => onChange({ tpPct })}
      />
      {moved && (
        <p className="mt-1 text-xs font-medium text-warn" data-testid="target-moved">
          {t.rich('moved', { price: () => <Price value={moved} tickSize={tickSize} /> })}
        </p>
      )}
      <div className={cx(PAIR, 'mt-2')}>
        <Percent
          label={t('minProfit')}
          value={form.minProfitPct}
          fault={faults.minProfitPct}
          onChange={(minProfitPct) => onChange({ minProfitPct })}
          price={least}
          symbol={position.symbol}
        />
      </div>
    </Group>
  );
}

/** The trailing stop and the profit that arms it. */
export function TrailingFields({ form, position, faults, onChange }: ExitFieldsProps) {
  const t = useTranslations('actions.exits');
  const name = t('trailing');
  const last = usePrice(position.priceKey)?.last;
  const top = trailingTop(position, form.trailingArmingPct, last);
  const onSwitch = (trailingEnabled: boolean) => onChange({ trailingEnabled });
  return (
    <Group title={name} on={<Switch checked={form.trailingEnabled} onCheckedChange={onSwitch} label={name} />}>
      <div className={PAIR}>
        <Percent
          label={t('trailingPct')}
          value={form.trailingDistancePct}
          fault={faults.trailingDistancePct}
          onChange={(trailingDistancePct) => onChange({ trailingDistancePct })}
          price={priceAt(top, form.trailingDistancePct, 'below')}
          symbol={position.symbol}
          required={form.trailingEnabled}
        />
        <Percent
          label={t('arming')}
          value={form.trailingArmingPct}
          fault={faults.trailingArmingPct}
          onChange={(trailingArmingPct) => onChange({ trailingArmingPct })}
          price={priceAt(position.entryPrice, form.trailingArmingPct, 'above')}
          symbol={position.symbol}
        />
      </div>
      <p className="mt-1 text-xs text-faint">{t('armingHint')}</p>
    </Group>
  );
}

/** The targets of the partial take profit. */
export function TargetFields({ form, position, faults, onChange }: ExitFieldsProps) {
  const t = useTranslations('actions.exits');
  const tickSize = useMarkets().get(position.symbol)?.tickSize;
  const hintOf = (pct: string | null) => {
    const price = priceAt(position.entryPrice, pct, 'above');
    return (
      price && (
        <>
          {t('at')} <Price value={price} tickSize={tickSize} />
        </>
      )
    );
  };
  return (
    <Group title={t('ladder')}>
      <TargetLadder
        targets={form.targets}
        breakEven={form.breakEvenAfterFirst}
        faults={faults}
        onTargets={(targets) => onChange({ targets })}
        onBreakEven={(breakEvenAfterFirst) => onChange({ breakEvenAfterFirst })}
        hintOf={hintOf}
      />
    </Group>
  );
}
