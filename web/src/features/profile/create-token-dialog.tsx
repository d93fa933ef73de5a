import { useState } from 'react';
import { useForm, type UseFormRegister } from 'react-hook-form';
import { useTranslations } from 'use-intl';
import { useCreateApiTokenMutation, useMeQuery, type ApiTokenScope } from '../../gql/generated';
import { useSubmit } from '../../lib/submit';
import { Field } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Input, Select, Textarea } from '../../ui/input';
import { PasswordAgainField, usePasswordRule } from '../../ui/password-again';
import { ShowOnceDialog } from '../../ui/show-once-dialog';
import { addressLines, wrongAddress } from './address-lines';

const SCOPES: readonly ApiTokenScope[] = ['READ', 'TRADE', 'MANAGE', 'ADMIN'];
const LIVES = ['30', '90', '365', ''] as const;
const DAY_MS = 86_400_000;
const NAME_MOST = 120;

interface TokenForm {
  name: string;
  scopes: ApiTokenScope[];
  days: string;
  ips: string;
  password: string;
}

/** When a token that lives this many days ends; '' = never. */
const endOf = (days: string): string | null =>
  days === '' ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString();

/** Creates a token and shows it once. */
export function CreateTokenDialog({ onClose, onCreated }: { onClose: () => void; onCreated: () => void }) {
  const t = useTranslations('profile.tokens');
  const rules = useTranslations('common.rules');
  const passwordRule = usePasswordRule();
  // The token is never put into the cache.
  const [create] = useCreateApiTokenMutation({ fetchPolicy: 'no-cache' });
  const submit = useSubmit();
  const [token, setToken] = useState<string>();
  const form = useForm<TokenForm>({ defaultValues: { name: '', scopes: ['READ'], days: '90', ips: '', password: '' } });
  const { errors } = form.formState;
  const save = form.handleSubmit(async ({ name, scopes, days, ips, password }) => {
    const input = {
      ...{ name: name.trim(), expiresAt: endOf(days), allowedIps: addressLines(ips), password },
      // The server takes READ as part of every other scope, and so does the list.
      scopes: SCOPES.filter((scope) => scope === 'READ' || scopes.includes(scope)),
    };
    const done = await submit.run(async () =>
      setToken((await create({ variables: { input } })).data?.createApiToken.token),
    );
    if (done) onCreated();
    else form.setValue('password', '');
  });
  if (token !== undefined)
    return (
      <ShowOnceDialog title={t('tokenTitle')} code={token} label={t('tokenTitle')} onClose={onClose}>
        {t('tokenBody')}
      </ShowOnceDialog>
    );
  const isNamed = (text: string) =>
    text.trim() === ''
      ? rules('required')
      : text.trim().length > NAME_MOST
        ? rules('tooLong', { most: NAME_MOST })
        : true;
  const areAddresses = (text: string) => {
    const line = wrongAddress(text);
    return line === undefined ? true : t('ipsWrong', { line });
  };
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('create')}
      description={t('body')}
      submitLabel={t('create')}
      onSubmit={(event) => void save(event)}
      {...{ busy: submit.busy, late: submit.late, refusal: submit.refusal }}
    >
      <Field label={t('name')} hint={t('nameHint')} error={errors.name?.message} required>
        <Input autoComplete="off" {...form.register('name', { validate: isNamed })} />
      </Field>
      <ScopeBoxes register={form.register} />
      <Field label={t('expires')}>
        <Select {...form.register('days')}>
          {LIVES.map((days) => (
            <option key={days} value={days}>
              {days === '' ? t('never') : t('days', { count: days })}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={t('ips')} hint={t('ipsHint')} error={errors.ips?.message}>
        <Textarea spellCheck={false} className="font-mono" {...form.register('ips', { validate: areAddresses })} />
      </Field>
      <PasswordAgainField real={false} registration={form.register('password', passwordRule)} error={errors.password} />
    </FormDialog>
  );
}

/** What the token may do; every scope includes reading. */
function ScopeBoxes({ register }: { register: UseFormRegister<TokenForm> }) {
  const t = useTranslations('profile.tokens');
  const isAdmin = useMeQuery({ fetchPolicy: 'cache-only' }).data?.me?.roles.includes('ADMIN');
  return (
    <fieldset>
      <legend className="mb-1.5 text-xs font-medium text-muted">{t('scopes')}</legend>
      <div className="flex flex-col gap-1.5">
        {SCOPES.filter((scope) => scope !== 'ADMIN' || isAdmin).map((scope) => (
          <label key={scope} className="flex items-start gap-2.5 text-sm phone:min-h-11 phone:items-center">
            <input
              type="checkbox"
              value={scope}
              className="mt-0.5 size-4 shrink-0 accent-accent-solid phone:size-5"
              {...(scope === 'READ' ? { checked: true, readOnly: true, disabled: true } : register('scopes'))}
            />
            <span>
              <span className="font-semibold">{t(`scope.${scope}`)}</span>{' '}
              <span className="text-muted">{t(`scopeHelp.${scope}`)}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
