import { useState, type FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import {
  useNotificationTemplatesQuery,
  usePreviewNotificationTemplateQuery,
  useSaveNotificationTemplateMutation,
  type NotificationTemplatesQuery,
  type NotificationType,
} from '../../gql/generated';
import { useDebounced } from '../../lib/debounced';
import { useSubmit } from '../../lib/submit';
import { Button } from '../../ui/button';
import { Sheet } from '../../ui/dialog';
import { ErrorPanel } from '../../ui/error-panel';
import { Field } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Textarea } from '../../ui/input';
import { Notice } from '../../ui/notice';
import { Skeleton } from '../../ui/skeleton';
import { toast } from '../../ui/toast';

const TYPED_MS = 300;
type Template = NotificationTemplatesQuery['notificationSettings']['templates'][number];

/** The text of one type of event, with a preview. */
export function TemplateSheet({ type, onClose }: { type: NotificationType; onClose: () => void }) {
  const t = useTranslations('notifications.template');
  const name = useTranslations('notifications.types')(type);
  // The settings have no id: in the cache, these fields would take the place of the others.
  const { data, error, refetch } = useNotificationTemplatesQuery({ fetchPolicy: 'no-cache' });
  const template = data?.notificationSettings.templates.find((one) => one.type === type);
  if (template) return <TemplateForm template={template} onClose={onClose} />;
  return (
    <Sheet open onOpenChange={onClose} title={t('title', { type: name })}>
      {error ? (
        <ErrorPanel error={error} onRetry={() => void refetch().catch(() => undefined)} />
      ) : (
        <Skeleton className="h-48 w-full" />
      )}
    </Sheet>
  );
}

function TemplateForm({ template, onClose }: { template: Template; onClose: () => void }) {
  const t = useTranslations('notifications.template');
  const common = useTranslations('common');
  const { type, standardBody, variables } = template;
  const name = useTranslations('notifications.types')(type);
  const [body, setBody] = useState(template.body);
  const [save] = useSaveNotificationTemplateMutation();
  const submit = useSubmit();
  const typed = useDebounced(body, TYPED_MS);
  const { data } = usePreviewNotificationTemplateQuery({
    ...{ variables: { input: { type, body: typed } }, fetchPolicy: 'no-cache' },
  });
  const preview = data?.previewNotificationTemplate;
  const faults = typed === body ? (preview?.faults ?? []) : [];
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const isStandard = body === standardBody;
    void submit
      .run(() => save({ variables: { input: { type, body: isStandard ? null : body } } }))
      .then((done) => {
        if (!done) return;
        toast.success(t(isStandard ? 'restored' : 'saved'));
        onClose();
      });
  };
  return (
    <FormDialog
      open
      sheet
      repeatable
      onClose={onClose}
      title={t('title', { type: name })}
      description={t('body')}
      submitLabel={common('save')}
      onSubmit={onSubmit}
      blocked={body.trim() === '' || faults.length > 0}
      {...{ busy: submit.busy, late: submit.late, refusal: submit.refusal }}
    >
      <Field label={t('text')} error={faults[0]} required>
        <Textarea className="min-h-40 font-mono" value={body} onChange={(event) => setBody(event.target.value)} />
      </Field>
      {body !== standardBody && (
        <Button size="sm" className="self-start" onClick={() => setBody(standardBody)}>
          {t('standard')}
        </Button>
      )}
      <div>
        <p className="mb-1.5 text-xs text-muted">{t('preview')}</p>
        <Notice>
          <p className="break-words whitespace-pre-wrap" data-testid="template-preview">
            {preview?.text}
          </p>
        </Notice>
      </div>
      <div>
        <p className="mb-1.5 text-xs text-muted">{t('variables')}</p>
        <ul className="flex flex-wrap gap-x-4 gap-y-1 text-xs">
          {variables.map((variable) => (
            <li key={variable.name} className="min-w-0 break-words">
              <code>{`{${variable.name}}`}</code> <span className="text-faint">{variable.example}</span>
            </li>
          ))}
        </ul>
      </div>
    </FormDialog>
  );
}
