import { LoaderCircle } from 'lucide-react';
import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { cx } from './class-names';

type Tone = 'primary' | 'plain' | 'quiet' | 'danger';

const TONES: Record<Tone, string> = {
  primary: 'bg-accent-solid text-on-accent font-semibold hover:brightness-110 border-transparent',
  plain: 'bg-raised text-text border-line-strong hover:bg-hover',
  quiet: 'bg-transparent text-muted border-transparent hover:bg-hover hover:text-text',
  danger: 'bg-danger-soft text-danger border-danger/40 hover:border-danger font-semibold',
};

/** Shared by buttons and by links that look like one. */
export const buttonClass = (tone: Tone = 'plain', size: 'sm' | 'md' = 'md'): string =>
  cx(
    'inline-flex shrink-0 items-center justify-center gap-2 rounded-lg border transition-colors select-none whitespace-nowrap',
    'disabled:opacity-55 phone:min-h-11',
    size === 'sm' ? 'h-7 px-2.5 text-xs' : 'h-9 px-3.5 text-sm',
    TONES[tone],
  );

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  tone?: Tone;
  size?: 'sm' | 'md';
  /** Shows that the action is running and ignores further clicks. */
  busy?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

/** A button; its type is "button" by default. */
export function Button({ tone, size, busy, className, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={cx(buttonClass(tone, size), className)}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      {...rest}
    >
      {busy && <LoaderCircle className="size-4 animate-spin" aria-hidden />}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonProps, 'children' | 'busy'> {
  /** The accessible name of the button; also its title. */
  label: string;
  children: ReactNode;
}

/** A square button that shows only an icon. */
export function IconButton({ label, tone = 'quiet', size = 'md', className, children, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={cx(
        buttonClass(tone, size),
        size === 'sm' ? 'w-7' : 'w-9',
        'px-0! phone:min-w-11 [&_svg]:size-4.5',
        className,
      )}
      {...rest}
    >
      {children}
    </button>
  );
}
