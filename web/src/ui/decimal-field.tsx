import { useState, type ReactNode } from 'react';
import { Controller, type Control, type FieldPath, type FieldValues } from 'react-hook-form';
import { useTranslations } from 'use-intl';
import type { Fault } from '../lib/field-rules';
import { DecimalInput } from './decimal-input';
import { Field } from './field';

interface DecimalFieldProps<T extends FieldValues> {
  control: Control<T>;
  name: FieldPath<T>;
  label: ReactNode;
  hint?: ReactNode;
  unit?: string;
  required?: boolean;
  /** Keeps the label for screen readers only. */
  hideLabel?: boolean;
  disabled?: boolean;
  /** The rule of this field; null stands for text that is no number. */
  rule: (value: string | null, form: T) => Fault;
}

/** An exact number in a form: label, hint, what is wrong with it, and how it was read. */
export function DecimalField<T extends FieldValues>({
  control,
  name,
  label,
  hint,
  unit,
  required,
  hideLabel,
  disabled,
  rule,
}: DecimalFieldProps<T>) {
  const t = useTranslations('common.rules');
  const [lastGood, setLastGood] = useState('');
  return (
    <Controller
      control={control}
      name={name}
      rules={{
        validate: (value, form) => {
          const fault = rule(value as string | null, form as T);
          return fault ? t(...fault) : true;
        },
      }}
      render={({ field, fieldState }) => (
        <Field
          label={label}
          hint={hint}
          error={fieldState.error?.message}
          required={required ?? false}
          hideLabel={hideLabel ?? false}
        >
          <DecimalInput
            ref={field.ref}
            name={field.name}
            onBlur={field.onBlur}
            // What cannot be read keeps its text; the box only knows numbers.
            value={(field.value as string | null) ?? lastGood}
            onChange={(next) => {
              if (next !== null) setLastGood(next);
              field.onChange(next);
            }}
            {...(unit ? { unit } : {})}
            disabled={disabled ?? false}
          />
        </Field>
      )}
    />
  );
}
