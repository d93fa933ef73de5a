import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

/**
 * Filters kept in the address, so that a view can be shared and "back" restores it. An empty value removes a filter. The
 * second list of a page puts a prefix before its names.
 */
export const useUrlFilters = <Name extends string>(names: readonly Name[], prefix = '') => {
  const [params, setParams] = useSearchParams();
  const key = names.join();
  const values = useMemo(
    () =>
      Object.fromEntries(key.split(',').map((name) => [name, params.get(prefix + name) ?? ''])) as Record<Name, string>,
    [params, key, prefix],
  );
  const set = useCallback(
    (change: Partial<Record<Name, string>>) =>
      setParams(
        (old) => {
          const next = new URLSearchParams(old);
          for (const [name, value] of Object.entries<string | undefined>(change)) {
            if (value) next.set(prefix + name, value);
            else next.delete(prefix + name);
          }
          return next;
        },
        { replace: true, preventScrollReset: true },
      ),
    [setParams, prefix],
  );
  const clear = useCallback(
    () => set(Object.fromEntries(key.split(',').map((name) => [name, ''])) as Record<Name, string>),
    [set, key],
  );
  return { values, set, clear, isFiltered: Object.values(values).some(Boolean) };
};

/** The value if it is allowed; an address can be edited by hand. */
export const oneOf = <T extends string>(value: string, allowed: readonly T[]): T | undefined =>
  allowed.find((candidate) => candidate === value);

/** The values of a filter that takes several: they stand in the address separated by commas. */
export const severalOf = (value: string): string[] => [...new Set(value.split(',').filter(Boolean))];
