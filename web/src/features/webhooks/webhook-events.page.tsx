import { useTranslations } from 'use-intl';
import { useWebhookSourcesQuery } from '../../gql/generated';
import { useTradeMode } from '../../lib/preferences';
import { oneOf, useUrlFilters } from '../../lib/url-filters';
import { Card } from '../../ui/card';
import { Field } from '../../ui/field';
import { FilterBar } from '../../ui/filter-bar';
import { Select } from '../../ui/input';
import { PageHeader } from '../../ui/page-header';
import { ReceiptTable } from './receipt-table';

const PAGE = 30;
const OUTCOMES = ['ACCEPTED', 'REFUSED'] as const;

/** Every message that reached a source of the chosen mode. */
export function WebhookEventsPage() {
  const t = useTranslations('webhooks.events');
  const common = useTranslations('common');
  const outcomes = useTranslations('words.outcome');
  const tradeMode = useTradeMode();
  const { data } = useWebhookSourcesQuery({ variables: { tradeMode } });
  const filters = useUrlFilters(['source', 'outcome']);
  const outcome = oneOf(filters.values.outcome, OUTCOMES);
  const { source } = filters.values;
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <FilterBar isFiltered={filters.isFiltered} onClear={filters.clear}>
        <Field label={t('filterSource')}>
          <Select
            data-filter
            key={data ? 'known' : 'waiting'}
            value={source}
            onChange={(event) => filters.set({ source: event.target.value })}
          >
            <option value="">{common('all')}</option>
            {data?.webhookSources.map(({ id, label }) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t('filterOutcome')}>
          <Select value={outcome ?? ''} onChange={(event) => filters.set({ outcome: event.target.value })}>
            <option value="">{common('all')}</option>
            {OUTCOMES.map((value) => (
              <option key={value} value={value}>
                {outcomes(value)}
              </option>
            ))}
          </Select>
        </Field>
      </FilterBar>
      <Card flush>
        <ReceiptTable
          filter={{ ...(source ? { sourceId: source } : {}), ...(outcome ? { outcome } : {}) }}
          tradeMode={tradeMode}
          first={PAGE}
          isFiltered={filters.isFiltered}
        />
      </Card>
    </>
  );
}
