import { Bookmark, BookmarkPlus, Trash2 } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { useSearchParams } from 'react-router';
import { useTranslations } from 'use-intl';
import { forgetFilters, NAME_MAX, saveFilters, type TableView } from '../lib/views/table-view';
import { Button, IconButton } from './button';
import { Dialog } from './dialog';
import { DropdownMenu, MenuItem, MenuLabel, MenuSeparator } from './dropdown-menu';
import { Field } from './field';
import { Input } from './input';

interface SavedViewsProps {
  view: TableView;
  onChange: (view: TableView) => void;
}

/** Saved filters with their sorting: applies them, saves those of the address under a name, and forgets them. */
export function SavedViews({ view, onChange }: SavedViewsProps) {
  const t = useTranslations('views');
  const [params, setParams] = useSearchParams();
  const [dialog, setDialog] = useState<'save' | 'manage'>();
  const query = params.toString();
  return (
    <>
      <DropdownMenu
        trigger={
          <IconButton label={t('saved')} tone="plain">
            <Bookmark aria-hidden />
          </IconButton>
        }
      >
        {view.saved.length === 0 && <MenuLabel>{t('none')}</MenuLabel>}
        {view.saved.map((one) => (
          <MenuItem
            key={one.name}
            onSelect={() => setParams(new URLSearchParams(one.query), { replace: true, preventScrollReset: true })}
          >
            <Bookmark aria-hidden className={one.query === query ? 'fill-current text-accent' : 'text-faint'} />
            {one.name}
          </MenuItem>
        ))}
        <MenuSeparator />
        <MenuItem onSelect={() => setDialog('save')}>
          <BookmarkPlus aria-hidden />
          {t('save')}
        </MenuItem>
        {view.saved.length > 0 && (
          <MenuItem onSelect={() => setDialog('manage')}>
            <Trash2 aria-hidden />
            {t('manage')}
          </MenuItem>
        )}
      </DropdownMenu>
      {dialog === 'save' && <SaveDialog {...{ view, onChange, query }} onClose={() => setDialog(undefined)} />}
      {dialog === 'manage' && <ManageDialog {...{ view, onChange }} onClose={() => setDialog(undefined)} />}
    </>
  );
}

function SaveDialog({ view, onChange, query, onClose }: SavedViewsProps & { query: string; onClose: () => void }) {
  const t = useTranslations('views');
  const [name, setName] = useState('');
  const next = saveFilters(view, { name, query });
  const isKnown = view.saved.some((one) => one.name === name.trim());
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (!next) return;
    onChange(next);
    onClose();
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('save')}
      description={t('saveBody')}
      footer={
        <Button tone="primary" type="submit" form="save-view" disabled={!next}>
          {isKnown ? t('replace') : t('saveIt')}
        </Button>
      }
    >
      <form id="save-view" onSubmit={onSubmit}>
        <Field label={t('name')} error={name.trim() !== '' && !next ? t('full') : undefined}>
          <Input value={name} maxLength={NAME_MAX} onChange={(event) => setName(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  );
}

function ManageDialog({ view, onChange, onClose }: SavedViewsProps & { onClose: () => void }) {
  const t = useTranslations('views');
  return (
    <Dialog open onOpenChange={onClose} title={t('manage')} footer={<Button onClick={onClose}>{t('done')}</Button>}>
      {view.saved.length === 0 && <p className="text-muted">{t('none')}</p>}
      <ul className="divide-y divide-line/60">
        {view.saved.map(({ name }) => (
          <li key={name} className="flex min-h-11 items-center gap-3">
            <span className="min-w-0 flex-1 truncate">{name}</span>
            <IconButton size="sm" label={t('forget', { name })} onClick={() => onChange(forgetFilters(view, name))}>
              <Trash2 aria-hidden />
            </IconButton>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
