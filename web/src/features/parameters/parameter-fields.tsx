import { useEffect, useId } from 'react';
import { Controller } from 'react-hook-form';
import { useTranslations } from 'use-intl';
import type { ParameterChoicesQuery } from '../../gql/generated';
import { compareDecimals } from '../../lib/decimal';
import { amountFault } from '../../lib/field-rules';
import { useFormat } from '../../lib/format';
import { DecimalField } from '../../ui/decimal-field';
import { Field } from '../../ui/field';
import { Input, Select } from '../../ui/input';
import { Segmented } from '../../ui/segmented';
import { CountField, Group, type Form } from './form-parts';
import { FIELD_RULES, isSymbol, quoteAssetOf, type ParameterForm, type Sizing } from './parameter-form';

type Market = ParameterChoicesQuery['markets'][number];

interface WhatProps {
  form: Form;
  isNew: boolean;
  accounts: readonly { id: string; name: string }[];
  symbols: readonly string[];
  market: Market | undefined;
}

/** Account, symbol and side. */
export function WhatFields({ form, isNew, accounts, symbols, market }: WhatProps) {
  const t = useTranslations('parameters.form');
  const side = useTranslations('words.side');
  const rules = useTranslations('common.rules');
  const listId = useId();
  const { errors } = form.formState;
  const symbol = form.watch('symbol');
  const chosen = form.watch('accountId');
  const firstId = accounts[0]?.id;
  // The accounts are loaded after the form. The closed select already shows the first one, so the form takes it.
  useEffect(() => {
    if (!chosen && firstId) form.setValue('accountId', firstId);
  }, [chosen, firstId, form]);
  return (
    <Group title={t('what')}>
      {isNew && (
        <Field label={t('account')} hint={t('accountHint')} error={errors.accountId?.message} required>
          <Select {...form.register('accountId', { required: rules('required') })}>
            {accounts.map((account) => (
              <option key={account.id} value={account.id}>
                {account.name}
              </option>
            ))}
          </Select>
        </Field>
      )}
      <Field
        label={t('symbol')}
        hint={isSymbol(symbol) && symbols.length > 0 && !market ? t('symbolUnknown') : t('symbolHint')}
        error={errors.symbol?.message}
        required
      >
        <Input
          list={listId}
          autoComplete="off"
          autoCapitalize="characters"
          className="uppercase"
          {...form.register('symbol', { validate: (text) => isSymbol(text) || t('symbolRule') })}
        />
      </Field>
      <datalist id={listId}>
        {symbols.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Field label={t('side')} hint={t('sideHint')}>
        <Select {...form.register('side')}>
          {(['BOTH', 'BUY', 'SELL'] as const).map((value) => (
            <option key={value} value={value}>
              {side(value)}
            </option>
          ))}
        </Select>
      </Field>
    </Group>
  );
}

interface SizeProps {
  form: Form;
  values: ParameterForm;
  vaults: readonly { id: string; name: string }[];
  market: Market | undefined;
}

/** The size of an order and the vault that pays for it. */
export function SizeFields({ form, values, vaults, market }: SizeProps) {
  const t = useTranslations('parameters.form');
  const format = useFormat();
  const isSell = values.side === 'SELL';
  const sizings: Sizing[] = isSell ? ['FIXED', 'PCT', 'ALL'] : ['FIXED', 'PCT'];
  const words: Record<Sizing, string> = { FIXED: t('sizingFixed'), PCT: t('sizingPct'), ALL: t('sizingAll') };
  // "Everything" is a size only for sells.
  useEffect(() => {
    if (!isSell && values.sizing === 'ALL') form.setValue('sizing', 'FIXED');
  }, [isSell, values.sizing, form]);
  const isTooSmall =
    market && !amountFault(values.fixed) && compareDecimals(values.fixed ?? '0', market.minNotional) < 0;
  const quote = quoteAssetOf(values.symbol);
  return (
    <Group title={t('howMuch')}>
      <Controller
        control={form.control}
        name="sizing"
        render={({ field }) => (
          <div className="overflow-x-auto">
            <Segmented
              label={t('sizing')}
              value={field.value}
              onChange={field.onChange}
              options={sizings.map((value) => ({ value, label: words[value] }))}
            />
          </div>
        )}
      />
      {values.sizing === 'FIXED' && (
        <DecimalField
          control={form.control}
          name="fixed"
          label={t('fixed')}
          hint={isTooSmall ? t('belowMinimum', { min: format.decimal(market.minNotional), quote }) : t('fixedHint')}
          {...(quote ? { unit: quote } : {})}
          required
          rule={FIELD_RULES.fixed}
        />
      )}
      {values.sizing === 'PCT' && (
        <DecimalField
          control={form.control}
          name="pct"
          label={t('pct')}
          hint={t('pctHint')}
          unit="%"
          required
          rule={FIELD_RULES.pct}
        />
      )}
      {!isSell && (
        <Field label={t('vault')} hint={t('vaultHint')}>
          {/* The list is loaded after the form: only a new key makes the select apply its value again. */}
          <Select key={vaults.length} {...form.register('vaultId')}>
            <option value="">{t('vaultNone')}</option>
            {vaults.map((vault) => (
              <option key={vault.id} value={vault.id}>
                {vault.name}
              </option>
            ))}
          </Select>
        </Field>
      )}
    </Group>
  );
}

/** Market or limit order, and the allowed slippage. */
export function OrderFields({ form }: { form: Form }) {
  const t = useTranslations('parameters.form');
  const types = useTranslations('words.orderType');
  return (
    <Group title={t('how')}>
      <Field label={t('orderType')} hint={t('orderTypeHint')}>
        <Select {...form.register('orderType')}>
          <option value="MARKET">{types('MARKET')}</option>
          <option value="LIMIT">{types('LIMIT')}</option>
        </Select>
      </Field>
      <CountField
        form={form}
        name="slippageBps"
        label={t('slippage')}
        hint={t('slippageHint')}
        rule={FIELD_RULES.slippageBps}
      />
      <DecimalField
        control={form.control}
        name="limitBandPct"
        label={t('limitBand')}
        hint={t('limitBandHint')}
        unit="%"
        required
        rule={FIELD_RULES.limitBandPct}
      />
    </Group>
  );
}

/** The limits on how often it may trade. */
export function FrequencyFields({ form }: { form: Form }) {
  const t = useTranslations('parameters.form');
  return (
    <Group title={t('limits')}>
      <div className="grid gap-3 sm:grid-cols-2">
        <CountField
          form={form}
          name="maxOrdersPerHour"
          label={t('maxPerHour')}
          hint={t('maxPerHourHint')}
          rule={FIELD_RULES.maxOrdersPerHour}
        />
        <CountField
          form={form}
          name="minIntervalSec"
          label={t('minInterval')}
          hint={t('minIntervalHint')}
          rule={FIELD_RULES.minIntervalSec}
        />
      </div>
    </Group>
  );
}
