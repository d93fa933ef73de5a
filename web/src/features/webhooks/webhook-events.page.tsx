import { useTranslations } from 'use-intl';
import type { WebhookReceiptFilter } from '../../gql/generated';
import { chosenFilters, useFilterChoices } from '../../lib/filter-choices';
import { useTradeMode } from '../../lib/preferences';
import { oneOf, useUrlFilters } from '../../lib/url-filters';
import { Card } from '../../ui/card';
import { ChoiceFilters } from '../../ui/choice-filters';
import { Field } from '../../ui/field';
import { FilterBar } from '../../ui/filter-bar';
import { Select } from '../../ui/input';
import { PageHeader } from '../../ui/page-header';
import { ReceiptTable, useReceiptView } from './receipt-table';

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
  const choices = useFilterChoices();
  const view = useReceiptView();
  const filters = useUrlFilters(['source', 'symbol', 'outcome']);
  const kind = oneOf(filters.values.outcome, KIND_NAMES);
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <FilterBar isFiltered={filters.isFiltered} onClear={filters.clear} tools={view.tools}>
        <ChoiceFilters of={['source', 'symbol']} {...{ choices, filters }} />
        <Field label={t('filterOutcome')} hideLabel>
          <Select data-filter value={kind ?? ''} onChange={(event) => filters.set({ outcome: event.target.value })}>
            <option value="">{`${t('filterOutcome')}: ${common('all')}`}</option>
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
          view={view}
          filter={{
            ...chosenFilters(filters.values),
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
