import { ChartColumn } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useReportQuery, type ReportQuery } from '../../gql/generated';
import { useFilterChoices } from '../../lib/filter-choices';
import { useTradeMode, useZoneName } from '../../lib/preferences';
import { dayIn, PERIODS, startOfPeriod } from '../../lib/zoned-days';
import { oneOf, useUrlFilters } from '../../lib/url-filters';
import { useTableView } from '../../lib/views/use-table-view';
import { Card } from '../../ui/card';
import { EmptyState } from '../../ui/empty-state';
import { EquityCurve } from '../../ui/equity-curve';
import { ErrorPanel } from '../../ui/error-panel';
import { ExportLink } from '../../ui/export-link';
import { Field } from '../../ui/field';
import { FilterBar } from '../../ui/filter-bar';
import { FilterInput } from '../../ui/filter-input';
import { Select } from '../../ui/input';
import { PageHeader } from '../../ui/page-header';
import { ResultCalendar } from '../../ui/result-calendar';
import { SavedViews } from '../../ui/saved-views';
import { Segmented } from '../../ui/segmented';
import { Skeleton } from '../../ui/skeleton';
import { ComparisonCard } from './comparison-card';
import { ReportFigures } from './report-figures';
import { ReportTables } from './report-tables';
import { ResultDistribution } from './result-distribution';

const FILTERS = ['period', 'account', 'source', 'symbol'] as const;
type Filters = ReturnType<typeof useUrlFilters<(typeof FILTERS)[number]>>;

/** The results of a period: figures, curve, calendar, distribution, a comparison of sources and accounts, and tables by period and symbol. */
export function ReportsPage() {
  const t = useTranslations('reports');
  const tradeMode = useTradeMode();
  const timeZone = useZoneName();
  const filters = useUrlFilters(FILTERS);
  const { account, source, symbol } = filters.values;
  const period = oneOf(filters.values.period, PERIODS) ?? '30d';
  // The moment of opening: the period must not move, or the report would be read again and again.
  const [now] = useState(() => new Date());
  const input = useMemo(() => {
    const from = startOfPeriod(period, timeZone, now)?.toISOString();
    return {
      ...{ tradeMode, timeZone },
      ...(from && { from }),
      ...(account && { accountId: account }),
      ...(source && { sourceId: source }),
      ...(symbol && { symbol }),
    };
  }, [tradeMode, timeZone, period, account, source, symbol, now]);
  const { data, previousData, error, refetch } = useReportQuery({
    variables: { input },
    fetchPolicy: 'cache-and-network',
  });
  const report = (data ?? previousData)?.report;
  return (
    <>
      <PageHeader title={t('title')} description={`${t('description')} ${t('zone', { zone: timeZone })}`} />
      <ReportFilters filters={filters} />
      {error && (
        <div className="mb-4">
          <ErrorPanel error={error} onRetry={() => void refetch().catch(() => undefined)} />
        </div>
      )}
      {!report && !error && <Skeleton className="h-96 w-full" />}
      {report && (
        <ReportBody
          report={report}
          filter={input}
          today={dayIn(timeZone, now)}
          first={input.from && dayIn(timeZone, new Date(input.from))}
        />
      )}
    </>
  );
}

interface ReportBodyProps {
  report: ReportQuery['report'];
  filter: Readonly<Record<string, string>>;
  today: string;
  first: string | undefined;
}

function ReportBody({ report, filter, today, first }: ReportBodyProps) {
  const t = useTranslations('reports');
  const curve = useTranslations('results.curve');
  const quotes = report.summary.map((one) => one.quote);
  const [chosen, setChosen] = useState('');
  const quote = quotes.includes(chosen) ? chosen : (quotes[0] ?? '');
  const ofQuote = <T extends { quote: string }>(rows: readonly T[]): T[] => rows.filter((row) => row.quote === quote);
  const [summary] = ofQuote(report.summary);
  if (!summary)
    return (
      <Card>
        <EmptyState icon={<ChartColumn aria-hidden />} title={t('none')}>
          {t('noneBody')}
        </EmptyState>
      </Card>
    );
  return (
    <div className="flex flex-col gap-4">
      {quotes.length > 1 && (
        <div>
          <Segmented
            label={t('quote')}
            value={quote}
            onChange={setChosen}
            options={quotes.map((value) => ({ value, label: value }))}
          />
        </div>
      )}
      <ReportFigures summary={summary} />
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <Card title={curve('title')} flush actions={<ExportLink list="report-equity" filter={filter} />}>
          <EquityCurve points={ofQuote(report.equityCurve)} quote={quote} />
        </Card>
        <ResultCalendar days={ofQuote(report.byDay)} quote={quote} today={today} first={first} />
      </div>
      {summary.trades > 0 && <ResultDistribution bins={ofQuote(report.byResult)} quote={quote} />}
      <ComparisonCard groups={{ source: report.sources, account: report.accounts }} summary={summary} filter={filter} />
      <ReportTables days={ofQuote(report.byDay)} symbols={ofQuote(report.bySymbol)} filter={filter} />
    </div>
  );
}

function ReportFilters({ filters }: { filters: Filters }) {
  const t = useTranslations('reports');
  const common = useTranslations('common');
  const choices = useFilterChoices();
  const [view, setView] = useTableView('reports');
  const { period, account, source, symbol } = filters.values;
  const choice = (name: 'account' | 'source', chosen: string) => (
    <Field label={t(name)}>
      <Select
        key={choices.isKnown ? 'known' : 'waiting'}
        value={chosen}
        onChange={(event) => filters.set({ [name]: event.target.value })}
      >
        <option value="">{common('all')}</option>
        {choices[name].map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </Select>
    </Field>
  );
  return (
    <FilterBar
      isFiltered={filters.isFiltered}
      onClear={filters.clear}
      tools={<SavedViews view={view} onChange={setView} />}
    >
      <Field label={t('period')}>
        <Select
          value={oneOf(period, PERIODS) ?? '30d'}
          onChange={(event) => filters.set({ period: event.target.value })}
        >
          {PERIODS.map((name) => (
            <option key={name} value={name}>
              {t(`periods.${name}`)}
            </option>
          ))}
        </Select>
      </Field>
      {choice('account', account)}
      {choice('source', source)}
      <Field label={t('symbol')}>
        <FilterInput data-filter value={symbol} onChange={(next) => filters.set({ symbol: next.trim() })} />
      </Field>
    </FilterBar>
  );
}
