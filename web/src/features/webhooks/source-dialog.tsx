import { Controller, useForm, type UseFormReturn } from 'react-hook-form';
import { toast } from '../../ui/toast';
import { useTranslations } from 'use-intl';
import {
  useCreateWebhookSourceMutation,
  useUpdateWebhookSourceMutation,
  type SourceDetailFragment,
  type TradeMode,
} from '../../gql/generated';
import { countFault, countOrNull, isAddress } from '../../lib/field-rules';
import { useSubmit } from '../../lib/submit';
import { Button } from '../../ui/button';
import { Field } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Input, Textarea } from '../../ui/input';
import { PasswordAgainField, usePasswordRule } from '../../ui/password-again';
import { Switch } from '../../ui/switch';
import { TRADINGVIEW_IPS } from './tradingview';

interface SourceForm {
  label: string;
  ips: string;
  requireSignature: boolean;
  rate: string;
  window: string;
  lag: string;
  dryRun: boolean;
  password: string;
}

const LABEL_MOST = 120;
const LIMITS = {
  rate: { least: 1, most: 6_000, required: true },
  window: { least: 0, most: 86_400, required: true },
  lag: { least: 1, most: 86_400 },
};

const linesOf = (text: string) => text.split(/[\s,;]+/).filter(Boolean);

interface SourceDialogProps {
  tradeMode: TradeMode;
  /** The source to edit; without one, a new source is created. */
  source?: SourceDetailFragment;
  onClose: () => void;
  onCreated?: (id: string) => void;
}

/** Creates a source or changes its checks. */
export function SourceDialog({ tradeMode, source, onClose, onCreated }: SourceDialogProps) {
  const t = useTranslations('webhooks.form');
  const common = useTranslations('common');
  const mode = useTranslations('words.mode');
  const submit = useSubmit();
  /** A new source for real money needs the password. */
  const isArmed = !source && tradeMode === 'REAL';
  const [create] = useCreateWebhookSourceMutation({ refetchQueries: ['WebhookSources'] });
  const [update] = useUpdateWebhookSourceMutation();
  const form = useForm<SourceForm>({
    defaultValues: {
      label: source?.label ?? '',
      ips: source?.allowedIps.join('\n') ?? '',
      requireSignature: source?.requireSignature ?? false,
      rate: String(source?.rateLimitPerMin ?? 60),
      window: String(source?.identityWindowSec ?? 30),
      lag: source?.maxLagSec ? String(source.maxLagSec) : '',
      dryRun: false,
      password: '',
    },
  });
  const save = form.handleSubmit(async (filled) => {
    const input = {
      label: filled.label.trim(),
      allowedIps: linesOf(filled.ips),
      requireSignature: filled.requireSignature,
      rateLimitPerMin: countOrNull(filled.rate) ?? 60,
      identityWindowSec: countOrNull(filled.window) ?? 30,
      maxLagSec: countOrNull(filled.lag),
    };
    let createdId: string | undefined;
    const done = await submit.run(async () => {
      if (source) return update({ variables: { input: { id: source.id, ...input } } });
      const answer = await create({
        variables: {
          input: { ...input, tradeMode, dryRun: filled.dryRun, ...(isArmed && { password: filled.password }) },
        },
      });
      createdId = answer.data?.createWebhookSource.source.id;
      return answer;
    });
    if (!done) {
      form.setValue('password', '');
      return;
    }
    toast.success(t(source ? 'saved' : 'created', { source: input.label }));
    onClose();
    if (createdId) onCreated?.(createdId);
  });
  return (
    <FormDialog
      sheet
      open
      onClose={onClose}
      title={source ? t('editTitle', { source: source.label }) : t('createTitle')}
      description={source ? undefined : t('createBody', { mode: mode(tradeMode) })}
      submitLabel={source ? common('save') : t('submit')}
      onSubmit={(event) => void save(event)}
      busy={submit.busy}
      late={submit.late}
      refusal={submit.refusal}
      real={isArmed}
    >
      <SourceFields form={form} />
      {!source && <DryRunField form={form} />}
      {isArmed && <RealConfirmation form={form} />}
    </FormDialog>
  );
}

/** A new source can begin by only planning what it would trade. */
function DryRunField({ form }: { form: UseFormReturn<SourceForm> }) {
  const t = useTranslations('webhooks.form');
  return (
    <div className="flex items-start gap-3 border-t border-line pt-4">
      <Controller
        control={form.control}
        name="dryRun"
        render={({ field }) => <Switch checked={field.value} onCheckedChange={field.onChange} label={t('dryRun')} />}
      />
      <span className="text-sm">
        {t('dryRun')}
        <span className="block text-xs text-faint">{t('dryRunHint')}</span>
      </span>
    </div>
  );
}

function RealConfirmation({ form }: { form: UseFormReturn<SourceForm> }) {
  const t = useTranslations('webhooks.form');
  const rule = usePasswordRule();
  return (
    <>
      <p className="border-t border-line pt-4 text-sm font-semibold">{t('confirmReal')}</p>
      <PasswordAgainField registration={form.register('password', rule)} error={form.formState.errors.password} />
    </>
  );
}

function SourceFields({ form }: { form: UseFormReturn<SourceForm> }) {
  const t = useTranslations('webhooks.form');
  const rules = useTranslations('common.rules');
  const { errors } = form.formState;
  const countRule = (name: keyof typeof LIMITS) => (text: string) => {
    const fault = countFault(text, LIMITS[name]);
    return fault ? rules(...fault) : true;
  };
  const labelRule = (text: string) =>
    text.trim() === ''
      ? rules('required')
      : text.trim().length > LABEL_MOST
        ? rules('tooLong', { most: LABEL_MOST })
        : true;
  const ipRule = (text: string) => {
    const wrong = linesOf(text).find((entry) => !isAddress(entry));
    return wrong === undefined ? true : t('ipRule', { entry: wrong });
  };
  const addTradingView = () => {
    const lines = new Set([...linesOf(form.getValues('ips')), ...TRADINGVIEW_IPS]);
    form.setValue('ips', [...lines].join('\n'), { shouldDirty: true, shouldValidate: true });
  };
  return (
    <>
      <Field label={t('label')} hint={t('labelHint')} error={errors.label?.message} required>
        <Input autoComplete="off" {...form.register('label', { validate: labelRule })} />
      </Field>
      <p className="border-t border-line pt-4 text-sm font-semibold">{t('senders')}</p>
      <Field label={t('ips')} hint={t('ipsHint')} error={errors.ips?.message}>
        <Textarea rows={5} spellCheck={false} className="font-mono" {...form.register('ips', { validate: ipRule })} />
      </Field>
      <Button size="sm" className="self-start" onClick={addTradingView}>
        {t('tradingView')}
      </Button>
      <div className="flex items-start gap-3">
        <Controller
          control={form.control}
          name="requireSignature"
          render={({ field }) => (
            <Switch checked={field.value} onCheckedChange={field.onChange} label={t('signature')} />
          )}
        />
        <span className="text-sm">
          {t('signature')}
          <span className="block text-xs text-faint">{t('signatureHint')}</span>
        </span>
      </div>
      <p className="border-t border-line pt-4 text-sm font-semibold">{t('when')}</p>
      {(['rate', 'window', 'lag'] as const).map((name) => (
        <Field
          key={name}
          label={t(name)}
          hint={t(`${name}Hint`)}
          error={errors[name]?.message}
          required={name !== 'lag'}
        >
          <Input
            inputMode="numeric"
            autoComplete="off"
            className="num max-w-40 text-right"
            {...form.register(name, { validate: countRule(name) })}
          />
        </Field>
      ))}
    </>
  );
}
