import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useSettingsQuery, type SettingsQuery } from '../../gql/generated';
import { Badge } from '../../ui/badge';
import { Card } from '../../ui/card';
import { DataTable, type Column } from '../../ui/data-table';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { Input } from '../../ui/input';

type Setting = SettingsQuery['settings'][number];

/** The settings that the server uses. A secret only says whether it is set. */
export function SettingsCard() {
  const t = useTranslations('system.settings');
  const { data, error, refetch } = useSettingsQuery({ fetchPolicy: 'no-cache' });
  const [wanted, setWanted] = useState('');
  const columns = useColumns();
  const rows = (data?.settings ?? []).filter(({ name }) => name.includes(wanted.trim().toUpperCase()));
  return (
    <Card
      title={t('title')}
      flush
      actions={
        <Input
          {...{ type: 'search', autoComplete: 'off', spellCheck: false, className: 'max-w-44' }}
          aria-label={t('filter')}
          placeholder={t('filter')}
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
        />
      }
    >
      {error && !data ? (
        <ErrorPanel error={error} onRetry={() => void refetch().catch(() => undefined)} />
      ) : (
        <DataTable
          caption={t('title')}
          columns={columns}
          rows={rows}
          rowKey={({ name }) => name}
          loading={!data}
          empty={<EmptyState title={t('empty')} />}
        />
      )}
      <p className="px-4 py-3 text-xs text-faint">{t('hint')}</p>
    </Card>
  );
}

const useColumns = (): Column<Setting>[] => {
  const t = useTranslations('system.settings');
  return useMemo(
    () => [
      {
        ...{ id: 'name', width: 260, header: t('name') },
        cell: ({ name }) => <span className="font-mono text-xs">{name}</span>,
      },
      {
        ...{ id: 'value', width: 420, card: 'wide', header: t('value') },
        cell: ({ value, isSet, isConfidential }) =>
          isConfidential ? (
            <Badge tone={isSet ? 'ok' : 'neutral'}>{t(isSet ? 'hidden' : 'unset')}</Badge>
          ) : isSet ? (
            <span className="font-mono text-xs break-all whitespace-normal">{value}</span>
          ) : (
            <span className="text-faint">{t('unset')}</span>
          ),
      },
    ],
    [t],
  );
};
