import { useState, type FormEvent } from 'react';
import { useTranslations } from 'use-intl';
import {
  NotificationSettingsDocument,
  useNotificationChannelsQuery,
  useSaveNotificationSettingsMutation,
  type NotificationMode,
  type RuleRowFragment,
} from '../../gql/generated';
import { useSubmit } from '../../lib/submit';
import { Field } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Select } from '../../ui/input';
import { Checkbox } from '../../ui/switch';
import { toast } from '../../ui/toast';

const MODES: readonly NotificationMode[] = ['NOW', 'DIGEST', 'OFF'];

/** How a person is told of one type: at once, in the summary or not, where, and whether in the quiet hours. */
export function RuleDialog({ rule, onClose }: { rule: RuleRowFragment; onClose: () => void }) {
  const t = useTranslations('notifications.rules');
  const common = useTranslations('common');
  const type = useTranslations('notifications.types')(rule.type);
  const [mode, setMode] = useState(rule.mode);
  const [channelIds, setChannelIds] = useState<readonly string[] | null>(rule.channelIds);
  const [ignoresQuietHours, setIgnores] = useState(rule.ignoresQuietHours);
  const [isTried, setIsTried] = useState(false);
  const [save] = useSaveNotificationSettingsMutation({
    ...{ refetchQueries: [NotificationSettingsDocument], awaitRefetchQueries: true },
  });
  const submit = useSubmit();
  const isNowhere = mode !== 'OFF' && channelIds?.length === 0;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    setIsTried(true);
    if (isNowhere) return;
    const rules = [{ type: rule.type, mode, channelIds: channelIds && [...channelIds], ignoresQuietHours }];
    void submit
      .run(() => save({ variables: { input: { rules } } }))
      .then((done) => {
        if (!done) return;
        toast.success(t('saved', { type }));
        onClose();
      });
  };
  return (
    <FormDialog
      open
      repeatable
      onClose={onClose}
      title={t('editTitle', { type })}
      submitLabel={common('save')}
      onSubmit={onSubmit}
      {...{ busy: submit.busy, late: submit.late, refusal: submit.refusal }}
    >
      <Field label={t('mode')}>
        <Select value={mode} onChange={(event) => setMode(event.target.value as NotificationMode)}>
          {MODES.map((one) => (
            <option key={one} value={one}>
              {t(`modes.${one}`)}
            </option>
          ))}
        </Select>
      </Field>
      {mode === 'NOW' && (
        <Checkbox checked={ignoresQuietHours} onChange={(event) => setIgnores(event.target.checked)}>
          {t('ignoresQuiet')}
        </Checkbox>
      )}
      {mode !== 'OFF' && <ChannelChoice value={channelIds} onChange={setChannelIds} />}
      {isTried && isNowhere && (
        <p role="alert" className="text-xs text-danger">
          {t('choose')}
        </p>
      )}
    </FormDialog>
  );
}

interface ChoiceProps {
  /** null = all. */
  value: readonly string[] | null;
  onChange: (value: readonly string[] | null) => void;
}

function ChannelChoice({ value, onChange }: ChoiceProps) {
  const t = useTranslations('notifications.rules');
  const channels = useNotificationChannelsQuery().data?.notificationChannels ?? [];
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-xs font-medium text-muted">{t('channels')}</legend>
      <label className="flex items-center gap-2.5 text-sm phone:min-h-11">
        <input
          type="radio"
          name="where"
          className="size-4 accent-(--accent-solid)"
          checked={value === null}
          onChange={() => onChange(null)}
        />
        {t('allChannels')}
      </label>
      <label className="flex items-center gap-2.5 text-sm phone:min-h-11">
        <input
          type="radio"
          name="where"
          className="size-4 accent-(--accent-solid)"
          checked={value !== null}
          onChange={() => onChange([])}
        />
        {t('onlyThese')}
      </label>
      {value !== null && (
        <div className="flex flex-col gap-1.5 pl-6.5">
          {channels.map(({ id, label, addressHint }) => (
            <Checkbox
              key={id}
              checked={value.includes(id)}
              onChange={({ target }) =>
                onChange(target.checked ? [...value, id] : value.filter((chosen) => chosen !== id))
              }
            >
              {label} <span className="text-xs text-faint">{addressHint}</span>
            </Checkbox>
          ))}
        </div>
      )}
    </fieldset>
  );
}
