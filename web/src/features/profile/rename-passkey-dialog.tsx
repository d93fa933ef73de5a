import { useForm } from 'react-hook-form';
import { useTranslations } from 'use-intl';
import { useRenamePasskeyMutation, type PasskeyRowFragment } from '../../gql/generated';
import { useSubmit } from '../../lib/submit';
import { Field } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Input } from '../../ui/input';
import { toast } from '../../ui/toast';
import { usePasskeyNameRule } from './use-passkey-name-rule';

/** Gives a passkey another name. */
export function RenamePasskeyDialog({ passkey, onClose }: { passkey: PasskeyRowFragment; onClose: () => void }) {
  const t = useTranslations('profile.passkeys');
  const validate = usePasskeyNameRule();
  const submit = useSubmit();
  const [rename] = useRenamePasskeyMutation();
  const form = useForm({ defaultValues: { name: passkey.name } });
  const save = form.handleSubmit(async ({ name }) => {
    const input = { passkeyId: passkey.id, name: name.trim() };
    if (!(await submit.run(() => rename({ variables: { input } })))) return;
    toast.success(t('renamed'));
    onClose();
  });
  return (
    <FormDialog
      open
      repeatable
      onClose={onClose}
      title={t('renameTitle', { name: passkey.name })}
      submitLabel={t('rename')}
      onSubmit={(event) => void save(event)}
      {...{ busy: submit.busy, late: submit.late, refusal: submit.refusal }}
    >
      <Field label={t('name')} error={form.formState.errors.name?.message} required>
        <Input autoComplete="off" {...form.register('name', { validate })} />
      </Field>
    </FormDialog>
  );
}
