import { SlidersHorizontal } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Button } from '../../ui/button';

/** The one button of a position on a phone: it opens the sheet with all that can be done. */
export function PositionSheetButton({ symbol, onOpen }: { symbol: string; onOpen: () => void }) {
  const t = useTranslations('positions.sheet');
  return (
    <Button
      aria-haspopup="dialog"
      aria-label={t('actionsOf', { symbol })}
      className="min-w-28"
      data-testid="position-sheet-button"
      onClick={onOpen}
    >
      <SlidersHorizontal className="size-4" aria-hidden />
      {t('actions')}
    </Button>
  );
}
