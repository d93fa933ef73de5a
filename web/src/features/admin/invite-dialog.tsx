import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslations } from 'use-intl';
import { useInviteUserMutation } from '../../gql/generated';
import { useFormat } from '../../lib/format';
import { useSubmit } from '../../lib/submit';
import { Field } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Input } from '../../ui/input';
import { PasswordAgainField, usePasswordRule } from '../../ui/password-again';
import { ShowOnceDialog } from '../../ui/show-once-dialog';

/** A link that sets a password, shown once. */
export interface OneTimeLink {
  email: string;
  link: string;
  expiresAt: string;
}

export function OneTimeLinkDialog({ made, onClose }: { made: OneTimeLink; onClose: () => void }) {
  const t = useTranslations('users');
  const format = useFormat();
  return (
    <ShowOnceDialog title={t('linkTitle', { email: made.email })} code={made.link} label={t('link')} onClose={onClose}>
      {t('linkBody', { at: format.dayTime(made.expiresAt) })}
    </ShowOnceDialog>
  );
}

/** Invites a person: creates the user and shows the link with which that person chooses a password. */
export function InviteDialog({ onClose, onInvited }: { onClose: () => void; onInvited: () => void }) {
  const t = useTranslations('users');
  const passwordRule = usePasswordRule();
  // The link is never put into the cache.
  const [invite] = useInviteUserMutation({ fetchPolicy: 'no-cache' });
  const submit = useSubmit();
  const [made, setMade] = useState<OneTimeLink>();
  const form = useForm({ defaultValues: { email: '', fullName: '', isAdmin: false, password: '' } });
  const { errors } = form.formState;
  const save = form.handleSubmit(async ({ email, fullName, isAdmin, password }) => {
    const roles = isAdmin ? (['ADMIN', 'USER'] as const) : (['USER'] as const);
    const input = { email: email.trim(), fullName: fullName.trim() || null, roles: [...roles], password };
    const done = await submit.run(async () => {
      const answer = (await invite({ variables: { input } })).data?.inviteUser;
      if (answer) setMade({ email: answer.user.email, link: answer.link, expiresAt: answer.expiresAt });
    });
    if (done) onInvited();
    else form.setValue('password', '');
  });
  if (made) return <OneTimeLinkDialog made={made} onClose={onClose} />;
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('invite')}
      description={t('inviteBody')}
      submitLabel={t('invite')}
      onSubmit={(event) => void save(event)}
      {...{ busy: submit.busy, late: submit.late, refusal: submit.refusal }}
    >
      <Field label={t('email')} error={errors.email?.message} required>
        <Input
          type="email"
          autoComplete="off"
          autoCapitalize="none"
          {...form.register('email', {
            validate: (text) => /^[^\s@]+@[^\s@]+$/.test(text.trim()) || t('emailWrong'),
          })}
        />
      </Field>
      <Field label={t('fullName')}>
        <Input autoComplete="off" {...form.register('fullName')} />
      </Field>
      <label className="flex items-start gap-2.5 text-sm phone:min-h-11 phone:items-center">
        <input
          type="checkbox"
          className="mt-0.5 size-4 shrink-0 accent-accent-solid phone:size-5"
          {...form.register('isAdmin')}
        />
        {t('isAdmin')}
      </label>
      <PasswordAgainField real={false} registration={form.register('password', passwordRule)} error={errors.password} />
    </FormDialog>
  );
}
