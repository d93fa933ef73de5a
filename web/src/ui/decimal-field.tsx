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
  /** The rule of this field; null means that the text is not a number. */
  rule: (value: string | null, form: T) => Fault;
}

/** An exact number in a form, with its label, hint, error, and how the text was read. */
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
            // Text that cannot be read stays in the box; the form only holds numbers.
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
