import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useNotificationSettingsQuery, type RuleRowFragment } from '../../gql/generated';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { DataTable, type Column } from '../../ui/data-table';
import { ErrorPanel } from '../../ui/error-panel';
import { RuleDialog } from './rule-dialog';
import { TemplateSheet } from './template-sheet';

/** A group gets signals, and a test goes where it was asked for: nobody chooses these. */
const NOT_CHOSEN = new Set(['WEBHOOK_RECEIVED', 'TEST_MESSAGE']);
const TONES = { NOW: 'accent', DIGEST: 'neutral', OFF: 'neutral' } as const;
type Dialog = { kind: 'rule' | 'text'; rule: RuleRowFragment };

/** What a person is told of, how and where. */
export function RulesCard() {
  const t = useTranslations('notifications.rules');
  const { data, error, refetch } = useNotificationSettingsQuery({ fetchPolicy: 'cache-and-network' });
  const [dialog, setDialog] = useState<Dialog>();
  const columns = useColumns(setDialog);
  const close = () => setDialog(undefined);
  return (
    <Card title={t('title')} flush>
      {error && !data ? (
        <ErrorPanel error={error} onRetry={() => void refetch().catch(() => undefined)} />
      ) : (
        <DataTable
          caption={t('title')}
          columns={columns}
          rows={data?.notificationSettings.rules.filter(({ type }) => !NOT_CHOSEN.has(type)) ?? []}
          rowKey={({ type }) => type}
          loading={!data}
          empty={null}
        />
      )}
      {dialog?.kind === 'rule' && <RuleDialog rule={dialog.rule} onClose={close} />}
      {dialog?.kind === 'text' && <TemplateSheet type={dialog.rule.type} onClose={close} />}
    </Card>
  );
}

const useColumns = (onDialog: (dialog: Dialog) => void): Column<RuleRowFragment>[] => {
  const t = useTranslations('notifications.rules');
  const types = useTranslations('notifications.types');
  return useMemo(
    () => [
      { id: 'type', width: 170, header: t('type'), cell: ({ type }) => types(type) },
      {
        ...{ id: 'mode', width: 110, card: 'aside', header: t('mode') },
        cell: ({ mode }) => <Badge tone={TONES[mode]}>{t(`modes.${mode}`)}</Badge>,
      },
      {
        ...{ id: 'channels', width: 110, drop: 2, header: t('channels') },
        cell: ({ mode, channelIds }) =>
          mode === 'OFF' ? '—' : channelIds === null ? t('all') : t('some', { count: channelIds.length }),
      },
      {
        ...{ id: 'quiet', width: 110, drop: 1, header: t('quiet') },
        cell: ({ mode, ignoresQuietHours }) => (mode === 'NOW' ? t(ignoresQuietHours ? 'yes' : 'no') : '—'),
      },
      {
        ...{ id: 'actions', width: 150, align: 'end', card: 'action', header: t('actions'), hideHeader: true },
        cell: (rule) => (
          <span className="inline-flex gap-1.5">
            <Button size="sm" onClick={() => onDialog({ kind: 'rule', rule })}>
              {t('edit')}
            </Button>
            <Button size="sm" onClick={() => onDialog({ kind: 'text', rule })}>
              {t('text')}
            </Button>
          </span>
        ),
      },
    ],
    [t, types, onDialog],
  );
};
