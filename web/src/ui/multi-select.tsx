import { ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { cx } from './class-names';
import { DropdownMenu, MenuCheck, MenuItem, MenuSeparator } from './dropdown-menu';
import { controlClass } from './input';

interface MultiSelectProps {
  /** What is chosen, such as "Account". */
  label: string;
  options: readonly { value: string; label: ReactNode }[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}

type Option = MultiSelectProps['options'][number];

/** The options, with what is chosen and is none of them: it stays a choice that can be removed. */
export const withChosen = (options: readonly Option[], chosen: readonly string[]): Option[] => [
  ...options,
  ...chosen.filter((value) => !options.some((one) => one.value === value)).map((value) => ({ value, label: value })),
];

/** A filter of which several values can be chosen; none means all. */
export function MultiSelect({ label, options, chosen, onChange }: MultiSelectProps) {
  const t = useTranslations('views');
  const names = options.filter(({ value }) => chosen.includes(value)).map((option) => option.label);
  const text = chosen.length === 0 ? t('all') : names.length === 1 && chosen.length === 1 ? names[0] : chosen.length;
  return (
    <DropdownMenu
      align="start"
      trigger={
        <button
          type="button"
          className={cx(
            controlClass,
            'inline-flex h-9 items-center gap-1.5 phone:h-11',
            chosen.length > 0 && 'border-accent!',
          )}
        >
          <span className="text-muted">{label}</span>
          <span className="min-w-0 flex-1 truncate text-left font-medium">{text}</span>
          <ChevronDown className="size-4 shrink-0 text-faint" aria-hidden />
        </button>
      }
    >
      {options.map(({ value, label: name }) => (
        <MenuCheck
          key={value}
          checked={chosen.includes(value)}
          onCheckedChange={(isChosen) =>
            onChange(isChosen ? [...chosen, value] : chosen.filter((one) => one !== value))
          }
        >
          {name}
        </MenuCheck>
      ))}
      {chosen.length > 0 && (
        <>
          <MenuSeparator />
          <MenuItem onSelect={() => onChange([])}>{t('clear')}</MenuItem>
        </>
      )}
    </DropdownMenu>
  );
}
