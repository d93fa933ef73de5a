import { CircleX, ListPlus, SlidersHorizontal, Zap } from 'lucide-react';
import { useState } from 'react';
import { toast } from '../../ui/toast';
import { useTranslations } from 'use-intl';
import { useSetSellLockMutation, type LivePositionFragment } from '../../gql/generated';
import { accepted, refusalOf } from '../../lib/submit';
import { usePreferences } from '../../lib/preferences';
import { useShortcuts } from '../../lib/shortcuts';
import { Button } from '../../ui/button';
import { Switch } from '../../ui/switch';
import { BuyButton } from './buy-button';
import { HoldingMissingButton } from './holding-missing-button';
import { ExitsDialog } from './exits-dialog';
import { PositionSheetButton } from './position-sheet-button';
import { SellDialog } from './sell-dialog';

type DialogName = 'MARKET' | 'LIMIT' | 'exits' | 'at once';

/**
 * The dialogs of a position and the key that closes it. Each action opens a dialog first, except the lock, which sells
 * nothing. Without confirmations, the button that closes sells at once; its key still opens the dialog, because no single
 * key trades.
 */
const usePositionDialogs = (position: LivePositionFragment) => {
  const [dialog, setDialog] = useState<DialogName>();
  const atOnce = !usePreferences().confirmations;
  // The dialog stays when the position closes, because it still shows the progress of the sell.
  const isOpen = position.status === 'OPEN';
  useShortcuts((keys) => {
    const isClose = keys === 'c' && isOpen;
    if (isClose) setDialog('MARKET');
    return isClose;
  });
  const close = () => setDialog(undefined);
  const shown = (
    <>
      {dialog === 'exits' && <ExitsDialog positionId={position.id} onClose={close} />}
      {dialog && dialog !== 'exits' && (
        <SellDialog
          position={position}
          startWith={dialog === 'LIMIT' ? 'LIMIT' : 'MARKET'}
          atOnce={dialog === 'at once'}
          onClose={close}
        />
      )}
    </>
  );
  return { isOpen, atOnce, show: setDialog, shown };
};

type Dialogs = ReturnType<typeof usePositionDialogs>;

function CloseButton({ dialogs: { atOnce, show } }: { dialogs: Dialogs }) {
  const t = useTranslations('actions');
  return (
    <Button
      tone="danger"
      onClick={() => show(atOnce ? 'at once' : 'MARKET')}
      {...(atOnce ? { 'aria-label': t('closeAtOnce'), title: t('closeAtOnceBody') } : { 'aria-keyshortcuts': 'c' })}
    >
      {atOnce ? <Zap className="size-4" aria-hidden /> : <CircleX className="size-4" aria-hidden />}
      {t('closePosition')}
    </Button>
  );
}

/** The actions on an open position. */
export function PositionActions({ position }: { position: LivePositionFragment }) {
  const t = useTranslations('actions');
  const dialogs = usePositionDialogs(position);
  return (
    <>
      {dialogs.isOpen && (
        <div className="flex flex-wrap items-center gap-2 phone:grid phone:w-full phone:grid-cols-2">
          <SellLock position={position} />
          <Button onClick={() => dialogs.show('exits')}>
            <SlidersHorizontal className="size-4" aria-hidden />
            {t('editExits')}
          </Button>
          <BuyButton position={position} />
          <Button onClick={() => dialogs.show('LIMIT')}>
            <ListPlus className="size-4" aria-hidden />
            {t('limitSell')}
          </Button>
          <CloseButton dialogs={dialogs} />
          {position.tradeMode === 'REAL' && <HoldingMissingButton position={position} />}
        </div>
      )}
      {dialogs.shown}
    </>
  );
}

/**
 * On a phone, the page of a position has its actions at the bottom edge, where the thumb is: closing, and the sheet with
 * all of them.
 */
export function PositionBar({ position, onActions }: { position: LivePositionFragment; onActions: () => void }) {
  const dialogs = usePositionDialogs(position);
  return (
    <>
      {dialogs.isOpen && (
        <>
          {/* The end of the page can be scrolled above the bar. */}
          <div className="h-15" aria-hidden />
          <div
            data-testid="position-bar"
            className="fixed inset-x-0 bottom-[calc(3.5rem+1px+env(safe-area-inset-bottom))] z-20 flex gap-2 border-t border-line bg-panel px-4 py-2 *:flex-1"
          >
            <PositionSheetButton symbol={position.symbol} onOpen={onActions} />
            <CloseButton dialogs={dialogs} />
          </div>
        </>
      )}
      {dialogs.shown}
    </>
  );
}

function SellLock({ position }: { position: LivePositionFragment }) {
  const t = useTranslations('actions.lock');
  const ui = useTranslations('ui.fault');
  const [setLock, { loading }] = useSetSellLockMutation();
  // The switch shows the state on the server, so it changes only when the answer arrives.
  const change = async (isLocked: boolean) => {
    try {
      accepted((await setLock({ variables: { input: { positionId: position.id, isLocked } } })).data?.setSellLock);
      toast.success(isLocked ? t('locked') : t('unlocked'));
    } catch (error) {
      const { code, message } = refusalOf(error);
      toast.error(code === 'NETWORK' ? ui('NETWORK') : message);
    }
  };
  return (
    <span className="mr-1 flex min-h-9 items-center gap-2.5 text-sm phone:col-span-2 phone:min-h-11" title={t('body')}>
      <Switch
        checked={position.lockSellByWebhook}
        onCheckedChange={(isLocked) => void change(isLocked)}
        disabled={loading}
        label={t('label')}
      />
      <span aria-hidden>{t('label')}</span>
    </span>
  );
}
