import { useForm } from 'react-hook-form';
import { toast } from '../../ui/toast';
import { useTranslations } from 'use-intl';
import { useExchangeRulesQuery, useRotateAccountKeysMutation, type AccountRowFragment } from '../../gql/generated';
import { useSubmit } from '../../lib/submit';
import { FormDialog } from '../../ui/form-dialog';
import { PasswordAgainField, usePasswordRule } from '../../ui/password-again';
import { useAcceptWithdraw } from './accept-withdraw';
import { KeyFields, keysInput, NO_KEYS } from './key-fields';

/** Replaces the keys of a real account; orders use the new keys at once. */
export function ReplaceKeysDialog({ account, onClose }: { account: AccountRowFragment; onClose: () => void }) {
  const t = useTranslations('accounts.keys');
  const submit = useSubmit();
  const withdraw = useAcceptWithdraw(submit.refusal?.reason);
  const passwordRule = usePasswordRule();
  const [rotate] = useRotateAccountKeysMutation();
  const { data } = useExchangeRulesQuery({ fetchPolicy: 'cache-first' });
  const form = useForm({ defaultValues: { ...NO_KEYS, password: '' } });
  const { errors } = form.formState;
  const rules = data?.exchangeRules.find((one) => one.exchange === account.exchange);
  const needsPassphrase = rules?.needsPassphrase ?? false;
  const save = form.handleSubmit(async ({ password, ...keys }) => {
    const input = { accountId: account.id, keys: keysInput(keys, needsPassphrase), password, ...withdraw.input };
    if (!(await submit.run(() => rotate({ variables: { input } })))) {
      form.setValue('password', '');
      return;
    }
    toast.success(t('replaced', { account: account.label }));
    onClose();
  });
  return (
    <FormDialog
      open
      real
      onClose={onClose}
      title={t('replaceTitle', { account: account.label })}
      description={t('replaceBody')}
      submitLabel={t('replace')}
      onSubmit={(event) => void save(event)}
      busy={submit.busy}
      late={submit.late}
      refusal={submit.refusal}
    >
      <KeyFields
        register={form.register}
        errors={errors}
        needsPassphrase={needsPassphrase}
        isPem={account.exchange === 'COINBASE_SPOT'}
      />
      {withdraw.field}
      <PasswordAgainField registration={form.register('password', passwordRule)} error={errors.password} />
    </FormDialog>
  );
}
