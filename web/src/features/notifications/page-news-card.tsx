import { useTranslations } from 'use-intl';
import { chime } from '../../lib/chime';
import { setPreferences, usePreferences } from '../../lib/preferences';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Checkbox } from '../../ui/switch';

const SWITCHES = ['newsFills', 'newsExits', 'newsRefusals', 'newsConnection'] as const;

/** What an open page tells by itself. Each box acts at once, on this device. */
export function PageNewsCard() {
  const t = useTranslations('notifications.page');
  const preferences = usePreferences();
  return (
    <Card title={t('title')}>
      <p className="mb-3 text-sm text-muted">{t('body')}</p>
      <div className="flex flex-col gap-2">
        {SWITCHES.map((name) => (
          <Checkbox
            key={name}
            checked={preferences[name]}
            onChange={(event) => setPreferences({ [name]: event.target.checked })}
          >
            {t(name)}
          </Checkbox>
        ))}
        <div className="mt-1 flex flex-wrap items-center justify-between gap-2 border-t border-line pt-3">
          <Checkbox checked={preferences.sound} onChange={(event) => setPreferences({ sound: event.target.checked })}>
            {t('sound')}
          </Checkbox>
          <Button size="sm" onClick={() => chime('good')}>
            {t('listen')}
          </Button>
        </div>
      </div>
    </Card>
  );
}
