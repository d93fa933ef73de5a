import type { InputHTMLAttributes, ReactNode, Ref } from 'react';
import { cx } from './class-names';
import { useFieldControl } from './field';

interface SwitchProps {
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
  /** Needed when there is no `Field` around it. */
  label?: string;
  disabled?: boolean;
}

/** An on-off switch that acts at once. */
export function Switch({ checked, onCheckedChange, label, disabled }: SwitchProps) {
  return (
    <button
      type="button"
      role="switch"
      {...useFieldControl()}
      aria-label={label}
      aria-checked={checked}
      disabled={disabled}
      onClick={() => onCheckedChange(!checked)}
      className={cx(
        'relative h-5.5 w-10 shrink-0 rounded-full border transition-colors disabled:opacity-55',
        // A finger needs 44 px.
        'phone:after:absolute phone:after:-inset-3',
        checked ? 'border-accent-solid bg-accent-solid' : 'border-control bg-bg',
      )}
    >
      <span
        aria-hidden
        className={cx(
          'block size-4 rounded-full transition-transform',
          checked ? 'translate-x-5 bg-on-accent' : 'translate-x-0.5 bg-control',
        )}
      />
    </button>
  );
}

interface CheckboxProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'type'> {
  children: ReactNode;
  ref?: Ref<HTMLInputElement>;
}

/** A check box with its label beside it. */
export function Checkbox({ children, ...rest }: CheckboxProps) {
  return (
    <label className="flex items-start gap-2.5 text-sm phone:min-h-11 phone:items-center">
      <input
        type="checkbox"
        className="mt-0.5 size-4 shrink-0 accent-(--accent-solid) phone:mt-0 phone:size-5"
        {...rest}
      />
      <span>{children}</span>
    </label>
  );
}
