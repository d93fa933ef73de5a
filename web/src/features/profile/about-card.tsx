import { useForm } from 'react-hook-form';
import { useTranslations } from 'use-intl';
import { useProfileQuery, useUpdateProfileMutation, type OwnProfileFragment } from '../../gql/generated';
import { useSubmit } from '../../lib/submit';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Field } from '../../ui/field';
import { Input } from '../../ui/input';
import { LateNotice, RefusalNotice } from '../../ui/refusal-notice';
import { Skeleton } from '../../ui/skeleton';
import { toast } from '../../ui/toast';

const NAME_MOST = 190;
/** As the server reads it: separators do not count. */
const PHONE = /^\+[1-9]\d{6,14}$/;

/** The name and phone number of this user. */
export function AboutCard() {
  const t = useTranslations('profile.about');
  const me = useProfileQuery().data?.me;
  return <Card title={t('title')}>{me ? <AboutForm me={me} /> : <Skeleton className="h-52 w-full" />}</Card>;
}

function AboutForm({ me }: { me: OwnProfileFragment }) {
  const t = useTranslations('profile.about');
  const rules = useTranslations('common.rules');
  const submit = useSubmit();
  const [update] = useUpdateProfileMutation();
  const form = useForm({ defaultValues: { fullName: me.fullName ?? '', phone: me.phone ?? '' } });
  const { errors } = form.formState;
  const save = form.handleSubmit(async ({ fullName, phone }) => {
    const input = { fullName: fullName.trim() || null, phone: phone.trim() || null };
    if (await submit.run(() => update({ variables: { input } }))) toast.success(t('saved'));
  });
  const isName = (text: string) => text.trim().length <= NAME_MOST || rules('tooLong', { most: NAME_MOST });
  const isPhone = (text: string) => text.trim() === '' || PHONE.test(text.replace(/[\s().-]/g, '')) || t('phoneWrong');
  return (
    <form noValidate className="flex flex-col gap-3" onSubmit={(event) => void save(event)}>
      <Field label={t('name')} hint={t('nameHint')} error={errors.fullName?.message}>
        <Input autoComplete="name" {...form.register('fullName', { validate: isName })} />
      </Field>
      <Field label={t('phone')} hint={t('phoneHint')} error={errors.phone?.message}>
        <Input type="tel" autoComplete="tel" {...form.register('phone', { validate: isPhone })} />
      </Field>
      <LateNotice late={submit.late} repeatable />
      <RefusalNotice refusal={submit.refusal} repeatable />
      <Button type="submit" busy={submit.busy} className="self-start">
        {t('save')}
      </Button>
    </form>
  );
}
