import { Fragment, type ReactNode } from 'react';

/** A list of names with their values. A fact without a value is left out. */
export function Facts({ facts }: { facts: readonly (readonly [name: ReactNode, value: ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-[minmax(6.5rem,auto)_1fr] gap-x-4 gap-y-2 text-sm">
      {facts
        .filter(([, value]) => value !== null && value !== undefined && value !== false)
        .map(([name, value], index) => (
          <Fragment key={typeof name === 'string' ? name : index}>
            <dt className="text-muted">{name}</dt>
            <dd className="min-w-0 text-right break-words">{value}</dd>
          </Fragment>
        ))}
    </dl>
  );
}
