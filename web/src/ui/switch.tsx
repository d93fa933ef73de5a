import { Switch as RadixSwitch } from 'radix-ui';
import type { InputHTMLAttributes, ReactNode, Ref } from 'react';
import { useFieldControl } from './field';

interface SwitchProps {
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
  /** Needed when no `Field` labels it. */
  label?: string;
  disabled?: boolean;
}

/** An on-off switch that acts at once. */
export function Switch({ label, ...rest }: SwitchProps) {
  return (
    <RadixSwitch.Root
      {...useFieldControl()}
      aria-label={label}
      className="relative h-5.5 w-10 shrink-0 rounded-full border border-control bg-bg transition-colors data-[state=checked]:border-accent-solid data-[state=checked]:bg-accent-solid disabled:opacity-55"
      {...rest}
    >
      <RadixSwitch.Thumb className="block size-4 translate-x-0.5 rounded-full bg-control transition-transform data-[state=checked]:translate-x-5 data-[state=checked]:bg-on-accent" />
    </RadixSwitch.Root>
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
