import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { LivePositionFragment } from '../../gql/generated';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { lazyPart } from '../../ui/lazy-part';
import { LoadFailed } from '../../ui/load-failed';

const BuyDialog = lazyPart(() => import('./buy-dialog').then((module) => module.BuyDialog), {
  failed: ({ onClose }, retry) => (
    <Dialog open onOpenChange={onClose} title="+">
      <LoadFailed onRetry={retry} />
    </Dialog>
  ),
});

/** Opens the form of a buy by hand; with a position, more of it is bought. */
export function BuyButton({ position }: { position?: LivePositionFragment }) {
  const t = useTranslations('buy');
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button tone={position ? 'plain' : 'primary'} onClick={() => setIsOpen(true)}>
        <Plus className="size-4" aria-hidden />
        {t(position ? 'add' : 'open')}
      </Button>
      {isOpen && <BuyDialog {...(position && { position })} onClose={() => setIsOpen(false)} />}
    </>
  );
}
