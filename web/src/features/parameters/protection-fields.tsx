import { Controller } from 'react-hook-form';
import { useTranslations } from 'use-intl';
import { targetFaults } from '../../lib/target-rules';
import { DecimalField } from '../../ui/decimal-field';
import { Switch } from '../../ui/switch';
import { TargetLadder } from '../../ui/target-ladder';
import { CountField, Group, type Form } from './form-parts';
import { FIELD_RULES, type ParameterForm } from './parameter-form';

/** The exits of new positions: the same ones that a user can set on an open position. */
export function ProtectionFields({ form, values }: { form: Form; values: ParameterForm }) {
  const t = useTranslations('parameters.form');
  const rows = [
    { flag: 'slEnabled', name: 'slPct', label: t('sl'), hint: t('slHint') },
    { flag: 'tpEnabled', name: 'tpPct', label: t('tp'), hint: t('tpHint') },
    { flag: 'trailingEnabled', name: 'trailingPct', label: t('trailing'), hint: t('trailingHint') },
  ] as const;
  return (
    <Group title={t('protection')}>
      {rows.map(({ flag, name, label, hint }) => (
        <div key={flag} className="grid grid-cols-[1fr_9rem] items-start gap-3">
          <div className="flex items-start gap-3">
            <Controller
              control={form.control}
              name={flag}
              render={({ field }) => <Switch checked={field.value} onCheckedChange={field.onChange} label={label} />}
            />
            <span className="text-sm">
              {label}
              <span className="block text-xs text-faint">{hint}</span>
            </span>
          </div>
          <div className={values[flag] ? '' : 'invisible'}>
            <DecimalField
              control={form.control}
              name={name}
              label={label}
              hideLabel
              unit="%"
              rule={FIELD_RULES[name]}
              required={values[flag]}
            />
          </div>
        </div>
      ))}
      {values.trailingEnabled && (
        <DecimalField
          control={form.control}
          name="armingPct"
          label={t('arming')}
          hint={t('armingHint')}
          unit="%"
          rule={FIELD_RULES.armingPct}
        />
      )}
      <div className="grid items-start gap-3 sm:grid-cols-2">
        <DecimalField
          control={form.control}
          name="minProfitPct"
          label={t('minProfit')}
          hint={t('minProfitHint')}
          unit="%"
          rule={FIELD_RULES.minProfitPct}
        />
        <CountField
          form={form}
          name="timeStopHours"
          label={t('timeStop')}
          hint={t('timeStopHint')}
          rule={FIELD_RULES.timeStopHours}
        />
      </div>
      <LadderField form={form} values={values} />
    </Group>
  );
}

function LadderField({ form, values }: { form: Form; values: ParameterForm }) {
  const t = useTranslations('parameters.form');
  return (
    <div>
      <p className="mb-1 text-sm">{t('ladder')}</p>
      <Controller
        control={form.control}
        name="targets"
        rules={{ validate: (targets) => Object.keys(targetFaults(targets)).length === 0 }}
        render={({ field, formState }) => (
          <TargetLadder
            targets={field.value}
            breakEven={values.breakEven}
            faults={formState.isSubmitted ? targetFaults(field.value) : {}}
            onTargets={field.onChange}
            onBreakEven={(breakEven) => form.setValue('breakEven', breakEven, { shouldDirty: true })}
          />
        )}
      />
    </div>
  );
}
