import { useTranslations } from 'use-intl';
import type { Fault } from '../../lib/field-rules';
import { baseOf, quoteOf, useMarkets } from '../../lib/live/open-positions';
import { useTradeMode } from '../../lib/preferences';
import { DecimalInput } from '../../ui/decimal-input';
import { Field } from '../../ui/field';
import { Input, Select } from '../../ui/input';
import { Segmented } from '../../ui/segmented';
import type { BuyForm } from './buy-order';

export interface BuyChoices {
  accounts: readonly { id: string; label: string }[];
  vaults: readonly { id: string; name: string }[];
  isKnown: boolean;
}

interface BuyFieldsProps {
  form: BuyForm;
  choices: BuyChoices;
  isAdding: boolean;
  faults: Partial<Record<keyof BuyForm, Fault>>;
  onChange: (part: Partial<BuyForm>) => void;
}

/** The fields of a buy. When it adds to a position, account, symbol, vault and exits are those of the position. */
export function BuyFields(props: BuyFieldsProps) {
  return (
    <>
      {!props.isAdding && <WhereFields {...props} />}
      <SizeFields {...props} />
      {!props.isAdding && <ExitFields {...props} />}
    </>
  );
}

const useErrorOf = (faults: BuyFieldsProps['faults']) => {
  const rules = useTranslations('common.rules');
  return (name: keyof BuyForm): string | undefined => {
    const fault = faults[name];
    return fault && rules(...fault);
  };
};

const PAIR = 'grid grid-cols-2 items-start gap-3 max-[420px]:grid-cols-1';

function WhereFields({ form, choices, faults, onChange }: BuyFieldsProps) {
  const t = useTranslations('buy');
  const errorOf = useErrorOf(faults);
  const markets = useMarkets();
  const isSimulation = useTradeMode() === 'SIMULATION';
  const isEmpty = choices.isKnown && choices.accounts.length === 0;
  return (
    <>
      <div className={PAIR}>
        <Field label={t('account')} error={isEmpty ? t('noAccount') : errorOf('accountId')} required>
          <Select value={form.accountId} onChange={(event) => onChange({ accountId: event.target.value })}>
            <option value="">{t('chooseAccount')}</option>
            {choices.accounts.map(({ id, label }) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t('symbol')} hint={t('symbolHint')} error={errorOf('symbol')} required>
          <Input
            list="buy-symbols"
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            value={form.symbol}
            onChange={(event) => onChange({ symbol: event.target.value })}
          />
        </Field>
      </div>
      {isSimulation && (
        <datalist id="buy-symbols">
          {[...markets.keys()].map((symbol) => (
            <option key={symbol} value={symbol} />
          ))}
        </datalist>
      )}
      {choices.vaults.length > 0 && (
        <Field label={t('vault')}>
          <Select value={form.vaultId} onChange={(event) => onChange({ vaultId: event.target.value })}>
            <option value="">{t('noVault')}</option>
            {choices.vaults.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
      )}
    </>
  );
}

function SizeFields({ form, faults, onChange }: BuyFieldsProps) {
  const t = useTranslations('buy');
  const errorOf = useErrorOf(faults);
  const symbol = form.symbol.trim().toUpperCase();
  const [base, quote] = symbol.includes('/') ? [baseOf(symbol), quoteOf(symbol)] : ['', ''];
  return (
    <>
      <Segmented
        fill
        label={t('orderType')}
        value={form.orderType}
        onChange={(orderType) => onChange({ orderType })}
        options={[
          { value: 'MARKET', label: t('market') },
          { value: 'LIMIT', label: t('limit') },
        ]}
      />
      <div className={PAIR}>
        <div className="flex flex-col gap-1.5">
          <span className="text-xs font-medium text-muted">{t('sizeIn')}</span>
          <Segmented
            fill
            label={t('sizeIn')}
            value={form.unit}
            onChange={(unit) => onChange({ unit })}
            options={[
              { value: 'quote', label: quote || t('inQuote') },
              { value: 'base', label: base || t('inBase') },
            ]}
          />
        </div>
        <Field label={t(form.unit === 'quote' ? 'quoteAmount' : 'quantity')} error={errorOf('amount')} required>
          <DecimalInput
            value={form.amount ?? ''}
            onChange={(amount) => onChange({ amount })}
            unit={form.unit === 'quote' ? quote : base}
          />
        </Field>
      </div>
      {form.orderType === 'LIMIT' && (
        <div className={PAIR}>
          <Field label={t('price')} error={errorOf('limitPrice')} required>
            <DecimalInput
              value={form.limitPrice ?? ''}
              onChange={(limitPrice) => onChange({ limitPrice })}
              unit={quote}
            />
          </Field>
          <Field label={t('hours')} error={errorOf('hours')} required>
            <Input
              inputMode="numeric"
              className="num text-right"
              value={form.hours}
              onChange={(event) => onChange({ hours: event.target.value })}
            />
          </Field>
        </div>
      )}
    </>
  );
}

function ExitFields({ form, faults, onChange }: BuyFieldsProps) {
  const t = useTranslations('buy');
  const errorOf = useErrorOf(faults);
  const percent = (name: 'slPct' | 'tpPct') => (
    <Field label={t(name)} error={errorOf(name)}>
      <DecimalInput value={form[name] ?? ''} onChange={(value) => onChange({ [name]: value })} unit="%" />
    </Field>
  );
  return (
    <fieldset className="rounded-lg border border-line px-3.5 pt-2.5 pb-3">
      <legend className="px-1 text-sm font-semibold">{t('exits')}</legend>
      <div className={PAIR}>
        {percent('slPct')}
        {percent('tpPct')}
        <Field label={t('trailing')} error={errorOf('trailingDistancePct')}>
          <DecimalInput
            value={form.trailingDistancePct ?? ''}
            onChange={(trailingDistancePct) => onChange({ trailingDistancePct })}
            unit="%"
          />
        </Field>
      </div>
      <p className="text-xs text-faint">{t('exitsHint')}</p>
    </fieldset>
  );
}
