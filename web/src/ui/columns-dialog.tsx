import { ArrowDown, ArrowUp, Columns3, Minus, Plus, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import {
  hideColumn,
  inOrder,
  moveColumn,
  resetColumns,
  resizeColumn,
  switchView,
  type TableView,
} from '../lib/views/table-view';
import { usePhone } from '../lib/media-query';
import { Button, IconButton } from './button';
import type { Column } from './data-table';
import { Dialog } from './dialog';
import { Checkbox } from './switch';

const STEP_PX = 16;

interface ColumnsButtonProps<Row> {
  /** The list: a page can have several. */
  caption: string;
  columns: readonly Column<Row>[];
  view: TableView;
  onChange: (view: TableView) => void;
  size?: 'sm' | 'md';
}

/** Chooses the columns of a table, their order and their widths, or locks them. Every change is shown and kept at once. */
export function ColumnsButton<Row>({ caption, columns, view, onChange, size = 'md' }: ColumnsButtonProps<Row>) {
  const t = useTranslations('views');
  const isPhone = usePhone();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <IconButton label={t('columnsOf', { list: caption })} tone="plain" size={size} onClick={() => setIsOpen(true)}>
        <Columns3 aria-hidden />
      </IconButton>
      <Dialog
        open={isOpen}
        onOpenChange={setIsOpen}
        title={t('columns')}
        description={t(isPhone ? 'columnsBodyPhone' : 'columnsBody')}
        footer={
          <>
            <Button tone="quiet" disabled={view.isLocked ?? false} onClick={() => onChange(resetColumns(view))}>
              <RotateCcw className="size-4" aria-hidden />
              {t('reset')}
            </Button>
            <Button tone="primary" onClick={() => setIsOpen(false)}>
              {t('done')}
            </Button>
          </>
        }
      >
        <Checkbox
          checked={view.isLocked ?? false}
          onChange={(event) => onChange(switchView(view, 'isLocked', event.target.checked))}
        >
          {t('lock')}
          <span className="block text-xs text-muted">{t('lockBody')}</span>
        </Checkbox>
        <fieldset disabled={view.isLocked ?? false} className="mt-2 disabled:opacity-55">
          <ol className="divide-y divide-line/60">
            {inOrder(columns, view)
              .slice(1)
              .filter(({ card }) => card !== 'action')
              .map((column) => (
                <ColumnRow key={column.id} {...{ column, columns, view, onChange }} hasWidth={!isPhone} />
              ))}
          </ol>
        </fieldset>
      </Dialog>
    </>
  );
}

interface ColumnRowProps<Row> extends Omit<ColumnsButtonProps<Row>, 'caption' | 'size'> {
  column: Column<Row>;
  /** The cards of a phone have no widths. */
  hasWidth: boolean;
}

function ColumnRow<Row>({ column, columns, view, onChange, hasWidth }: ColumnRowProps<Row>) {
  const t = useTranslations('views');
  const { id, header: name } = column;
  const width = view.widths[id] ?? column.width;
  const isShown = !view.hidden.includes(id);
  return (
    <li className="flex min-h-11 items-center gap-1">
      <label className="flex min-w-0 flex-1 cursor-pointer items-center gap-2.5 py-2">
        <input
          type="checkbox"
          className="size-4 accent-accent-solid"
          checked={isShown}
          onChange={(event) => onChange(hideColumn(view, id, !event.target.checked))}
        />
        <span className="truncate">{name}</span>
      </label>
      {hasWidth && (
        <>
          <IconButton
            size="sm"
            label={t('narrower', { name })}
            onClick={() => onChange(resizeColumn(view, id, width - STEP_PX))}
          >
            <Minus aria-hidden />
          </IconButton>
          <span className="num w-14 text-center text-xs text-faint">{t('px', { width })}</span>
          <IconButton
            size="sm"
            label={t('wider', { name })}
            onClick={() => onChange(resizeColumn(view, id, width + STEP_PX))}
          >
            <Plus aria-hidden />
          </IconButton>
        </>
      )}
      <IconButton size="sm" label={t('earlier', { name })} onClick={() => onChange(moveColumn(columns, view, id, -1))}>
        <ArrowUp aria-hidden />
      </IconButton>
      <IconButton size="sm" label={t('later', { name })} onClick={() => onChange(moveColumn(columns, view, id, 1))}>
        <ArrowDown aria-hidden />
      </IconButton>
    </li>
  );
}
