import { toast } from '../../ui/toast';
import { useTranslations } from 'use-intl';
import { useDeleteTradeParameterMutation, type ParameterRowFragment } from '../../gql/generated';
import { ConfirmDialog } from '../../ui/confirm-dialog';

/** Asks before a parameter is deleted: its signals are skipped afterwards. */
export function DeleteParameterDialog({ row, onClose }: { row: ParameterRowFragment; onClose: () => void }) {
  const t = useTranslations('parameters');
  const common = useTranslations('common');
  const side = useTranslations('words.side');
  const [remove] = useDeleteTradeParameterMutation({
    update: (cache, { data }) => {
      if (data)
        cache.evict({ id: cache.identify({ __typename: 'TradeParameter', id: data.deleteTradeParameter.id }) ?? '' });
    },
  });
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('deleteTitle', { symbol: row.symbol })}
      description={t('deleteBody', { account: row.account.label, side: side(row.side) })}
      confirmLabel={common('delete')}
      danger
      onConfirm={async () => {
        await remove({ variables: { input: { id: row.id } } });
        toast.success(t('deleted', { symbol: row.symbol }));
      }}
    />
  );
}
