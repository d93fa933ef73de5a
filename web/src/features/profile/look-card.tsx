import { useTranslations } from 'use-intl';
import { LOCALES, setPreferences, usePreferences, type Preferences } from '../../lib/preferences';
import { Card } from '../../ui/card';
import { Field } from '../../ui/field';
import { Select } from '../../ui/input';

const LOCALE_NAMES = { en: 'English', 'pt-BR': 'Português (Brasil)' };

interface ChoiceProps<K extends keyof Preferences> {
  name: K;
  label: string;
  hint?: string;
  options: readonly (readonly [value: Preferences[K] & string, label: string])[];
}

function Choice<K extends keyof Preferences>({ name, label, hint, options }: ChoiceProps<K>) {
  const preferences = usePreferences();
  return (
    <Field label={label} hint={hint}>
      <Select value={String(preferences[name])} onChange={(event) => setPreferences({ [name]: event.target.value })}>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </Select>
    </Field>
  );
}

/** Language, time zone, theme and colors, on this device. */
export function LookCard() {
  const t = useTranslations('profile.look');
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <Card title={t('title')}>
      <div className="flex flex-col gap-3">
        <Choice
          name="locale"
          label={t('locale')}
          options={LOCALES.map((code) => [code, LOCALE_NAMES[code]] as const)}
        />
        <Choice
          name="zone"
          label={t('zone')}
          hint={t('zoneHint')}
          options={[
            ['local', t('zoneLocal', { zone })],
            ['UTC', 'UTC'],
          ]}
        />
        <Choice
          name="theme"
          label={t('theme')}
          options={[
            ['dark', t('dark')],
            ['light', t('light')],
            ['system', t('system')],
          ]}
        />
        <Choice
          name="colors"
          label={t('colors')}
          options={[
            ['green-up', t('greenUp')],
            ['red-up', t('redUp')],
          ]}
        />
      </div>
    </Card>
  );
}
