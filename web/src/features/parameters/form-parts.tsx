import type { ReactNode } from 'react';
import type { FieldPath, UseFormReturn } from 'react-hook-form';
import { useTranslations } from 'use-intl';
import type { Fault } from '../../lib/field-rules';
import { Field } from '../../ui/field';
import { Input } from '../../ui/input';
import type { ParameterForm } from './parameter-form';

export type Form = UseFormReturn<ParameterForm>;

/** A group of fields with a title. */
export function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-3.5 border-t border-line pt-4 first:border-t-0 first:pt-0">
      <legend className="sr-only">{title}</legend>
      <p aria-hidden className="text-sm font-semibold">
        {title}
      </p>
      {children}
    </fieldset>
  );
}

interface CountFieldProps {
  form: Form;
  name: Extract<FieldPath<ParameterForm>, 'slippageBps' | 'maxOrdersPerHour' | 'minIntervalSec' | 'timeStopHours'>;
  label: string;
  hint: string;
  rule: (text: string) => Fault;
}

/** A whole number. */
export function CountField({ form, name, label, hint, rule }: CountFieldProps) {
  const rules = useTranslations('common.rules');
  const validate = (text: string) => {
    const fault = rule(text);
    return fault ? rules(...fault) : true;
  };
  return (
    <Field label={label} hint={hint} error={form.formState.errors[name]?.message}>
      <Input inputMode="numeric" autoComplete="off" className="num text-right" {...form.register(name, { validate })} />
    </Field>
  );
}
