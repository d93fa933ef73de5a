import { useTranslations } from 'use-intl';
import { severalOf } from '../lib/url-filters';
import { MultiSelect, withChosen } from './multi-select';

interface ChoiceFilterProps<Name extends string> {
  label: string;
  /** The name of the filter in the address. */
  name: Name;
  options: readonly { value: string; label: string }[];
  filters: { values: Readonly<Record<Name, string>>; set: (change: Partial<Record<Name, string>>) => void };
}

/** A filter of the address of which several values can be chosen. What is chosen stays a choice, also when it is unknown. */
export function ChoiceFilter<Name extends string>({ label, name, options, filters }: ChoiceFilterProps<Name>) {
  const chosen = severalOf(filters.values[name]);
  return (
    <span className="w-44">
      <MultiSelect
        label={label}
        options={withChosen(options, chosen)}
        chosen={chosen}
        onChange={(values) => filters.set({ [name]: values.join() } as Partial<Record<Name, string>>)}
      />
    </span>
  );
}

type Choice = 'symbol' | 'account' | 'source';
type Filter = Choice | 'side';

interface ChoiceFiltersProps<Name extends Filter> {
  filters: ChoiceFilterProps<NoInfer<Name>>['filters'];
  /** Which of them, in the order in which they are shown. */
  of: readonly Name[];
  /** As `useFilterChoices` has them. */
  choices: Readonly<Record<Choice, readonly { value: string; label: string }[]>>;
}

/** The filters by symbol, account, source and side, the same above every list. */
export function ChoiceFilters<Name extends Filter>({ of, choices, filters }: ChoiceFiltersProps<Name>) {
  const t = useTranslations('views.filters');
  const words = useTranslations('words.side');
  const side = (['BUY', 'SELL'] as const).map((value) => ({ value, label: words(value) }));
  const options: Record<Filter, readonly { value: string; label: string }[]> = { ...choices, side };
  return of.map((name) => (
    <ChoiceFilter key={name} {...{ name, filters }} label={t(name as Filter)} options={options[name]} />
  ));
}
