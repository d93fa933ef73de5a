import { useTranslations } from 'use-intl';
import { setPreferences, usePreferences } from '../../lib/preferences';
import { Dialog } from '../../ui/dialog';
import { Switch } from '../../ui/switch';
import { useNavItems } from './nav-items';

function Keys({ keys }: { keys: string }) {
  return (
    <span className="flex gap-1">
      {keys.split(' ').map((key) => (
        <kbd
          key={key}
          className="min-w-6 rounded-md border border-line-strong bg-raised px-1.5 py-0.5 text-center font-mono text-xs"
        >
          {key}
        </kbd>
      ))}
    </span>
  );
}

/** All keyboard shortcuts, and the switch that turns them off. */
export function HelpDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTranslations('shell.help');
  const nav = useTranslations('shell.nav');
  const { shortcuts } = usePreferences();
  const items = useNavItems();
  const rows: [string, string][] = [
    ['?', t('show')],
    ['/', t('filter')],
    ...items.map((item): [string, string] => [`g ${item.key}`, t('goTo', { page: nav(item.name) })]),
    ['j k', t('rows')],
    ['Enter', t('open')],
    ['c', t('close')],
    ['f', t('freeze')],
    ['Esc', t('escape')],
  ];
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t('title')} description={t('description')}>
      <dl className="flex flex-col gap-2">
        {rows.map(([keys, words]) => (
          <div key={keys} className="flex items-center justify-between gap-4 text-sm">
            <dt>{words}</dt>
            <dd>
              <Keys keys={keys} />
            </dd>
          </div>
        ))}
      </dl>
      <div className="mt-5 flex items-center justify-between gap-4 border-t border-line pt-4 text-sm">
        {t('off')}
        <Switch checked={shortcuts} onCheckedChange={(next) => setPreferences({ shortcuts: next })} label={t('off')} />
      </div>
    </Dialog>
  );
}
