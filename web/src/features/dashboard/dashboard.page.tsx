import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useFilterChoices, type FilterChoices } from '../../lib/filter-choices';
import { useOpenPositions } from '../../lib/live/open-positions';
import { severalOf } from '../../lib/url-filters';
import { ChoiceFilters } from '../../ui/choice-filters';
import { ErrorPanel } from '../../ui/error-panel';
import { FilterBar } from '../../ui/filter-bar';
import { PageHeader } from '../../ui/page-header';
import { Activity } from './activity';
import { filterOpen, useDashboardFilter, type DashboardFilter } from './dashboard-filter';
import { FilterLine } from './filter-line';
import { FirstSteps } from './first-steps';
import { OpenAlerts } from './open-alerts';
import { OpenNow } from './open-now';
import { ResultCurve, ResultDays } from './results';
import { Summary } from './summary';
import { useActivity } from './use-activity';
import { quotesOf, useResults } from './use-results';

/** The dashboard. */
export function DashboardPage() {
  const t = useTranslations('dashboard');
  const { positions, isKnown, error, refetch } = useOpenPositions();
  const filter = useDashboardFilter();
  const { chosen, isFiltered } = filter;
  const choices = useFilterChoices({
    symbolsOfRows: useMemo(() => positions.map(({ symbol }) => symbol), [positions]),
  });
  const shown = useMemo(() => filterOpen(positions, chosen), [positions, chosen]);
  const activity = useActivity(chosen);
  const results = useResults(chosen);
  const links = linksOf(filter, choices);
  const [chosenQuote, setQuote] = useState('');
  const quotes = quotesOf(results.report);
  const quote = quotes.includes(chosenQuote) ? chosenQuote : (quotes[0] ?? '');
  const isNew = !isFiltered && isKnown && activity.isKnown && positions.length === 0 && activity.entries.length === 0;
  return (
    <>
      <PageHeader
        title={t('title')}
        wideActions
        description={<FilterLine filter={filter} choices={choices} />}
        actions={
          <FilterBar isFiltered={isFiltered} onClear={filter.clear} className="mb-0!" keepsRoom>
            <ChoiceFilters of={['account', 'source', 'symbol']} choices={choices} filters={filter} />
          </FilterBar>
        }
      />
      <div className="flex flex-col gap-4">
        {error && <ErrorPanel error={error} onRetry={() => void refetch().catch(() => undefined)} />}
        <Summary positions={shown} isKnown={isKnown} chosen={chosen} />
        <OpenAlerts />
        {isNew && <FirstSteps />}
        <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_25rem]">
          <div className="flex min-w-0 flex-col gap-4">
            <OpenNow {...{ isKnown, isFiltered }} positions={shown} allCount={positions.length} to={links.positions} />
            <ResultCurve results={results} quote={quote} quotes={quotes} onQuote={setQuote} to={links.reports} />
          </div>
          <div className="flex min-w-0 flex-col gap-4">
            <ResultDays results={results} quote={quote} />
            <Activity {...{ activity, isFiltered }} to={links.events} />
          </div>
        </div>
      </div>
    </>
  );
}

/** The pages behind the panels, with the same filter in the way each of them keeps it. */
function linksOf({ values }: DashboardFilter, choices: FilterChoices) {
  const address = (path: string, params: readonly [name: string, value: string | undefined][]): string => {
    const given = params.filter((one): one is [string, string] => Boolean(one[1]));
    return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`;
  };
  const [accounts, sources, symbols] = [severalOf(values.account), severalOf(values.source), severalOf(values.symbol)];
  const only = (chosen: readonly string[]) => (chosen.length === 1 ? chosen[0] : undefined);
  const labels = sources.map((id) => choices.source.find(({ value }) => value === id)?.label ?? id);
  return {
    positions: address('/positions', [
      ...accounts.map((value) => ['account', value] as [string, string]),
      ...labels.map((value) => ['source', value] as [string, string]),
      ...symbols.map((value) => ['symbol', value] as [string, string]),
    ]),
    // A report is about one of each, or about all.
    reports: address('/reports', [
      ['account', only(accounts)],
      ['source', only(sources)],
      ['symbol', only(symbols)],
    ]),
    events: address('/events', [
      ['source', sources.join()],
      ['symbol', symbols.join()],
    ]),
  };
}
