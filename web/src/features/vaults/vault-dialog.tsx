import { useForm } from 'react-hook-form';
import { toast } from '../../ui/toast';
import { useTranslations } from 'use-intl';
import {
  useCreateVaultMutation,
  useUpdateVaultMutation,
  type TradeMode,
  type VaultRowFragment,
} from '../../gql/generated';
import { textOrNull } from '../../lib/field-rules';
import { useSubmit } from '../../lib/submit';
import { Field } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Input, Textarea } from '../../ui/input';

const NAME_MOST = 120;

interface VaultDialogProps {
  tradeMode: TradeMode;
  /** The vault to edit; without one, a new vault is created. */
  vault?: VaultRowFragment;
  onClose: () => void;
}

export function VaultDialog({ tradeMode, vault, onClose }: VaultDialogProps) {
  const t = useTranslations('vaults');
  const common = useTranslations('common');
  const mode = useTranslations('words.mode');
  const submit = useSubmit();
  const [create] = useCreateVaultMutation({ refetchQueries: ['Vaults'] });
  const [update] = useUpdateVaultMutation();
  const form = useForm({ defaultValues: { name: vault?.name ?? '', description: vault?.description ?? '' } });
  const save = form.handleSubmit(async ({ name, description }) => {
    const fields = { name: name.trim(), description: textOrNull(description) };
    const done = await submit.run(() =>
      vault
        ? update({ variables: { input: { id: vault.id, ...fields } } })
        : create({ variables: { input: { ...fields, tradeMode } } }),
    );
    if (!done) return;
    toast.success(vault ? common('saved') : t('form.created', { vault: fields.name }));
    onClose();
  });
  return (
    <FormDialog
      open
      onClose={onClose}
      title={vault ? t('editTitle', { vault: vault.name }) : t('form.title')}
      description={t('form.description', { mode: mode(tradeMode) })}
      submitLabel={vault ? common('save') : t('form.submit')}
      onSubmit={(event) => void save(event)}
      busy={submit.busy}
      late={submit.late}
      refusal={submit.refusal}
    >
      <Field label={t('form.name')} error={form.formState.errors.name?.message} required>
        <Input
          autoComplete="off"
          {...form.register('name', {
            validate: (text) =>
              text.trim() === ''
                ? common('rules.required')
                : text.trim().length > NAME_MOST
                  ? common('rules.tooLong', { most: NAME_MOST })
                  : true,
          })}
        />
      </Field>
      <Field label={t('form.details')} hint={t('form.detailsHint')}>
        <Textarea rows={2} className="min-h-16" {...form.register('description')} />
      </Field>
    </FormDialog>
  );
}
