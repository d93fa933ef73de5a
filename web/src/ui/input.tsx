import type { InputHTMLAttributes, Ref, SelectHTMLAttributes, TextareaHTMLAttributes } from 'react';
import { ChevronDown } from 'lucide-react';
import { cx } from './class-names';
import { useFieldControl } from './field';

export const controlClass = cx(
  'w-full min-w-0 rounded-lg border border-control/60 bg-bg px-3 text-sm text-text placeholder:text-faint',
  'hover:border-control focus-visible:border-focus aria-invalid:border-danger disabled:opacity-55 phone:text-base',
);

export interface InputProps extends InputHTMLAttributes<HTMLInputElement> {
  ref?: Ref<HTMLInputElement>;
}

/** A text input; inside a `Field` it is tied to its label and error. */
export function Input({ className, ...rest }: InputProps) {
  return <input {...useFieldControl()} className={cx(controlClass, 'h-9 phone:h-11', className)} {...rest} />;
}

export function Textarea({
  className,
  ...rest
}: TextareaHTMLAttributes<HTMLTextAreaElement> & { ref?: Ref<HTMLTextAreaElement> }) {
  return <textarea {...useFieldControl()} className={cx(controlClass, 'min-h-24 py-2', className)} {...rest} />;
}

/** The native select, which works best on phones and with assistive technology. */
export function Select({
  className,
  children,
  ...rest
}: SelectHTMLAttributes<HTMLSelectElement> & { ref?: Ref<HTMLSelectElement> }) {
  return (
    <span className="relative block min-w-0">
      <select
        {...useFieldControl()}
        className={cx(controlClass, 'h-9 appearance-none pr-8 phone:h-11', className)}
        {...rest}
      >
        {children}
      </select>
      <ChevronDown
        className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-faint"
        aria-hidden
      />
    </span>
  );
}
