import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { CheckSetupCodeMutation } from '../../gql/generated';
import { useFormat } from '../../lib/format';
import { Button } from '../../ui/button';
import { CodeBlock } from '../../ui/code-block';
import { Field } from '../../ui/field';
import { Select } from '../../ui/input';
import { Notice } from '../../ui/notice';
import { Segmented } from '../../ui/segmented';
import { restoreCommands, type Place } from './restore-commands';

interface RestoreStepProps {
  backups: CheckSetupCodeMutation['checkSetupCode']['backups'];
  onBack: () => void;
}

const MB = 1_048_576;
const PLACES: readonly Place[] = ['compose', 'systemd', 'checkout'];

/** Which commands restore a backup. The page cannot do it: the program has to be stopped for it. */
export function RestoreStep({ backups, onBack }: RestoreStepProps) {
  const t = useTranslations('setup.restore');
  const format = useFormat();
  const [place, setPlace] = useState<Place>('compose');
  const [name, setName] = useState(backups[0]?.name);
  const chosen = backups.find((one) => one.name === name);
  return (
    <div className="mt-3 flex flex-col gap-4">
      <Notice title={t('why')}>{t('whyBody')}</Notice>
      {chosen ? (
        <Field label={t('backup')} hint={chosen.isEncrypted ? t('encrypted') : undefined}>
          <Select value={chosen.name} onChange={(event) => setName(event.target.value)}>
            {backups.map((one) => (
              <option key={one.name} value={one.name}>
                {`${one.name} (${format.decimal((one.bytes / MB).toFixed(2))} MB)`}
              </option>
            ))}
          </Select>
        </Field>
      ) : (
        <Notice tone="warn" title={t('none')}>
          {t('noneBody')}
        </Notice>
      )}
      <Segmented
        fill
        label={t('place')}
        value={place}
        options={PLACES.map((value) => ({ value, label: t(`places.${value}`) }))}
        onChange={setPlace}
      />
      <CodeBlock code={restoreCommands(place, chosen?.name ?? '<file>')} label={t('commands')} />
      <p className="text-sm text-muted">
        {place === 'checkout' && `${t('stopFirst')} `}
        {t('after')}
      </p>
      <Button className="h-10! w-full" onClick={onBack}>
        {t('back')}
      </Button>
    </div>
  );
}
