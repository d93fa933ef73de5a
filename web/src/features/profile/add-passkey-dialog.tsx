import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslations } from 'use-intl';
import { PasskeysDocument, useBeginPasskeyRegistrationMutation, useRegisterPasskeyMutation } from '../../gql/generated';
import { makePasskey } from '../../lib/passkeys';
import { useSubmit } from '../../lib/submit';
import { Field } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Input } from '../../ui/input';
import { Notice } from '../../ui/notice';
import { PasswordAgainField, usePasswordRule } from '../../ui/password-again';
import { toast } from '../../ui/toast';
import { usePasskeyNameRule } from './use-passkey-name-rule';

/** Adds a passkey: password, then the device is asked, then the server checks its answer. */
export function AddPasskeyDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('profile.passkeys');
  const passwordRule = usePasswordRule();
  const isNamed = usePasskeyNameRule();
  const submit = useSubmit();
  const [isStopped, setIsStopped] = useState(false);
  const [begin] = useBeginPasskeyRegistrationMutation({ fetchPolicy: 'no-cache' });
  const [register] = useRegisterPasskeyMutation({ refetchQueries: [PasskeysDocument], awaitRefetchQueries: true });
  const form = useForm({ defaultValues: { name: '', password: '' } });
  const { errors } = form.formState;
  /** False when the device made no passkey. */
  const add = async (name: string, password: string): Promise<boolean> => {
    const begun = (await begin({ variables: { input: { password } } })).data?.beginPasskeyRegistration;
    const response = begun && (await makePasskey(begun.options));
    if (!response) return false;
    await register({ variables: { input: { name, response, state: begun.state } } });
    return true;
  };
  const save = form.handleSubmit(async ({ name, password }) => {
    setIsStopped(false);
    let isMade = false;
    const isAnswered = await submit.run(async () => {
      isMade = await add(name.trim(), password);
    });
    if (!isAnswered) return form.setValue('password', '');
    if (!isMade) return setIsStopped(true);
    toast.success(t('added', { name: name.trim() }));
    onClose();
  });
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('addTitle')}
      description={t('addBody')}
      submitLabel={t('add')}
      onSubmit={(event) => void save(event)}
      {...{ busy: submit.busy, refusal: submit.refusal }}
    >
      <Field label={t('name')} hint={t('nameHint')} error={errors.name?.message} required>
        <Input autoComplete="off" {...form.register('name', { validate: isNamed })} />
      </Field>
      <PasswordAgainField real={false} registration={form.register('password', passwordRule)} error={errors.password} />
      {isStopped && <Notice tone="danger">{t('stopped')}</Notice>}
    </FormDialog>
  );
}
