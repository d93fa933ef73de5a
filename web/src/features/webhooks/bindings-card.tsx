import { CircleX, Pencil, Plus } from 'lucide-react';
import { useState } from 'react';
import { toast } from '../../ui/toast';
import { useTranslations } from 'use-intl';
import { useBindAccountMutation, useUnbindAccountMutation, type SourceDetailFragment } from '../../gql/generated';
import { EXCHANGE_NAMES } from '../../lib/exchange-names';
import { useFormat } from '../../lib/format';
import { useSubmit } from '../../lib/submit';
import { Badge } from '../../ui/badge';
import { Button, IconButton } from '../../ui/button';
import { Card } from '../../ui/card';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { Notice } from '../../ui/notice';
import { RefusalNotice } from '../../ui/refusal-notice';
import { Switch } from '../../ui/switch';
import { BindDialog } from './bind-dialog';

export type Binding = SourceDetailFragment['bindings'][number];
type Open = { kind: 'bind'; binding: Binding | undefined } | { kind: 'unbind'; binding: Binding };

/** The accounts bound to a source, with their weights. */
export function BindingsCard({ source }: { source: SourceDetailFragment }) {
  const t = useTranslations('webhooks.bindings');
  const [open, setOpen] = useState<Open>();
  const [unbind] = useUnbindAccountMutation();
  const close = () => setOpen(undefined);
  return (
    <Card
      title={t('title')}
      actions={
        <Button size="sm" onClick={() => setOpen({ kind: 'bind', binding: undefined })}>
          <Plus className="size-3.5" aria-hidden />
          {t('add')}
        </Button>
      }
    >
      {source.bindings.length === 0 ? (
        <Notice tone="warn">{t('empty')}</Notice>
      ) : (
        <>
          <p className="mb-2 text-xs text-faint">{t('help')}</p>
          <ul aria-label={t('title')} className="flex flex-col divide-y divide-line">
            {source.bindings.map((binding) => (
              <li key={binding.id} className="py-2 last:pb-0">
                <BindingRow
                  source={source}
                  binding={binding}
                  onEdit={() => setOpen({ kind: 'bind', binding })}
                  onRemove={() => setOpen({ kind: 'unbind', binding })}
                />
              </li>
            ))}
          </ul>
        </>
      )}
      {open?.kind === 'bind' && <BindDialog source={source} binding={open.binding} onClose={close} />}
      {open?.kind === 'unbind' && (
        <ConfirmDialog
          open
          onClose={close}
          title={t('removeTitle', { account: open.binding.account.label })}
          description={t('removeBody', { source: source.label })}
          confirmLabel={t('remove', { account: open.binding.account.label })}
          danger
          onConfirm={async () => {
            await unbind({ variables: { input: { sourceId: source.id, accountId: open.binding.account.id } } });
            toast.success(t('removed', { account: open.binding.account.label }));
          }}
        />
      )}
    </Card>
  );
}

interface BindingRowProps {
  source: SourceDetailFragment;
  binding: Binding;
  onEdit: () => void;
  onRemove: () => void;
}

function BindingRow({ source, binding, onEdit, onRemove }: BindingRowProps) {
  const t = useTranslations('webhooks.bindings');
  const format = useFormat();
  const submit = useSubmit();
  const [bind] = useBindAccountMutation();
  const { account, weight, isActive } = binding;
  const setActive = (next: boolean) =>
    submit.run(() =>
      bind({ variables: { input: { sourceId: source.id, accountId: account.id, weight, isActive: next } } }),
    );
  return (
    <>
      <div className="flex items-center gap-3">
        <Switch
          checked={isActive}
          disabled={submit.busy}
          onCheckedChange={(next) => void setActive(next)}
          label={t('active', { account: account.label })}
        />
        <div className="min-w-0 flex-1 text-sm">
          <p className="flex flex-wrap items-center gap-2 font-medium">
            {account.label}
            {!isActive && <Badge tone="warn">{t('paused')}</Badge>}
            {!account.isActive && <Badge tone="warn">{t('accountOff')}</Badge>}
          </p>
          <p className="num text-xs text-faint">
            {EXCHANGE_NAMES[account.exchange]}
            {weight !== null && ` · ${t('weightIs', { weight: format.decimal(weight) })}`}
          </p>
        </div>
        <IconButton size="sm" label={t('edit', { account: account.label })} onClick={onEdit}>
          <Pencil aria-hidden />
        </IconButton>
        <IconButton size="sm" label={t('remove', { account: account.label })} onClick={onRemove}>
          <CircleX aria-hidden />
        </IconButton>
      </div>
      <RefusalNotice refusal={submit.refusal} />
    </>
  );
}
