import { useTranslations } from 'use-intl';
import { useWebhookSourcesQuery, type WebhookReceiptFilter } from '../../gql/generated';
import { useWholeList } from '../../lib/whole-list';
import { useMarkets } from '../../lib/live/open-positions';
import { useTradeMode } from '../../lib/preferences';
import { oneOf, severalOf, useUrlFilters } from '../../lib/url-filters';
import { Card } from '../../ui/card';
import { Field } from '../../ui/field';
import { FilterBar } from '../../ui/filter-bar';
import { Select } from '../../ui/input';
import { MultiSelect, withChosen } from '../../ui/multi-select';
import { PageHeader } from '../../ui/page-header';
import { ReceiptTable } from './receipt-table';

const PAGE = 30;
/** The choices of the filter and the query of each. */
const KINDS = {
  READ: { understood: true },
  UNREADABLE: { understood: false },
  REFUSED: { outcome: 'REFUSED' },
  DRY: { dryRun: true },
} as const satisfies Record<string, WebhookReceiptFilter>;
const KIND_NAMES = ['READ', 'UNREADABLE', 'REFUSED', 'DRY'] as const;

/** Every message that reached a source of the chosen mode. */
export function WebhookEventsPage() {
  const t = useTranslations('webhooks.events');
  const common = useTranslations('common');
  const tradeMode = useTradeMode();
  const sources = useWholeList(useWebhookSourcesQuery({ variables: { tradeMode } }), 'webhookSources');
  const filters = useUrlFilters(['source', 'symbol', 'outcome']);
  const kind = oneOf(filters.values.outcome, KIND_NAMES);
  const [chosen, symbols] = [severalOf(filters.values.source), severalOf(filters.values.symbol)];
  const markets = [...useMarkets().keys()];
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <FilterBar isFiltered={filters.isFiltered} onClear={filters.clear}>
        <span className="w-44">
          <MultiSelect
            label={t('filterSource')}
            options={withChosen(
              (sources ?? []).map(({ id, label }) => ({ value: id, label })),
              chosen,
            )}
            chosen={chosen}
            onChange={(values) => filters.set({ source: values.join() })}
          />
        </span>
        <span className="w-40">
          <MultiSelect
            label={t('filterSymbol')}
            options={withChosen(
              markets.map((name) => ({ value: name, label: name })),
              symbols,
            )}
            chosen={symbols}
            onChange={(values) => filters.set({ symbol: values.join() })}
          />
        </span>
        <Field label={t('filterOutcome')}>
          <Select data-filter value={kind ?? ''} onChange={(event) => filters.set({ outcome: event.target.value })}>
            <option value="">{common('all')}</option>
            {KIND_NAMES.map((value) => (
              <option key={value} value={value}>
                {t(`kinds.${value}`)}
              </option>
            ))}
          </Select>
        </Field>
      </FilterBar>
      <Card flush>
        <ReceiptTable
          filter={{
            ...(chosen.length > 0 ? { sourceIds: chosen } : {}),
            ...(symbols.length > 0 ? { symbols } : {}),
            ...(kind ? KINDS[kind] : {}),
          }}
          tradeMode={tradeMode}
          first={PAGE}
          isFiltered={filters.isFiltered}
        />
      </Card>
    </>
  );
}
