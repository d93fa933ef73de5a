import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useTranslations } from 'use-intl';
import { useBeginTwoFactorMutation, useEnableTwoFactorMutation } from '../../gql/generated';
import { useSubmit } from '../../lib/submit';
import { Field } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Input } from '../../ui/input';
import { PasswordAgainField, usePasswordRule } from '../../ui/password-again';
import { ScanSecret } from '../../ui/scan-secret';

interface EnableProps {
  onClose: () => void;
  /** Gets the recovery codes, which are shown once. */
  onEnabled: (recoveryCodes: readonly string[]) => void;
}

interface Begun {
  qrCode: string;
  secret: string;
}

/** Sets up an authenticator app: password, picture, first code. */
export function EnableTwoFactorDialog({ onClose, onEnabled }: EnableProps) {
  const [begun, setBegun] = useState<Begun>();
  return begun ? (
    <ScanStep begun={begun} onClose={onClose} onEnabled={onEnabled} />
  ) : (
    <PasswordStep onClose={onClose} onBegun={setBegun} />
  );
}

function PasswordStep({ onClose, onBegun }: { onClose: () => void; onBegun: (begun: Begun) => void }) {
  const t = useTranslations('profile.twoFactor');
  const rule = usePasswordRule();
  const submit = useSubmit();
  const [begin] = useBeginTwoFactorMutation({ fetchPolicy: 'no-cache' });
  const form = useForm({ defaultValues: { password: '' } });
  const save = form.handleSubmit(async ({ password }) => {
    const done = await submit.run(async () => {
      const answer = await begin({ variables: { input: { password } } });
      if (answer.data) onBegun(answer.data.beginTwoFactor);
    });
    if (!done) form.setValue('password', '');
  });
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('beginTitle')}
      description={t('beginBody')}
      submitLabel={t('next')}
      onSubmit={(event) => void save(event)}
      {...{ busy: submit.busy, late: submit.late, refusal: submit.refusal }}
    >
      <PasswordAgainField
        real={false}
        registration={form.register('password', rule)}
        error={form.formState.errors.password}
      />
    </FormDialog>
  );
}

function ScanStep({ begun, onClose, onEnabled }: EnableProps & { begun: Begun }) {
  const t = useTranslations('profile.twoFactor');
  const rule = usePasswordRule();
  const submit = useSubmit();
  const [enable] = useEnableTwoFactorMutation({ fetchPolicy: 'no-cache' });
  const form = useForm({ defaultValues: { code: '' } });
  const save = form.handleSubmit(async ({ code }) => {
    const done = await submit.run(async () => {
      const answer = await enable({ variables: { input: { code: code.replaceAll(/\s/g, '') } } });
      onEnabled(answer.data?.enableTwoFactor.recoveryCodes ?? []);
    });
    if (!done) form.setValue('code', '');
  });
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('scanTitle')}
      description={t('scanBody')}
      submitLabel={t('enable')}
      onSubmit={(event) => void save(event)}
      {...{ busy: submit.busy, late: submit.late, refusal: submit.refusal }}
    >
      <ScanSecret qrCode={begun.qrCode} secret={begun.secret} alt={t('qr')} label={t('secret')} />
      <Field label={t('code')} error={form.formState.errors.code?.message} required>
        <Input
          inputMode="numeric"
          autoComplete="one-time-code"
          className="num text-center text-lg"
          {...form.register('code', rule)}
        />
      </Field>
    </FormDialog>
  );
}
