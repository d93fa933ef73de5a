import { useTranslations } from 'use-intl';
import { Sheet } from '../../ui/dialog';
import { PHONE_ITEMS, useNavItems } from './nav-items';
import { SideLink } from './side-link';

/** The pages that do not fit into the bottom bar of a phone. */
export function MoreSheet({ onClose }: { onClose: () => void }) {
  const t = useTranslations('shell');
  return (
    <Sheet open onOpenChange={(open) => !open && onClose()} title={t('more')}>
      <ul className="-mx-2 flex flex-col gap-1">
        {useNavItems()
          .filter((item) => !PHONE_ITEMS.includes(item.name))
          .map((item) => (
            <li key={item.name}>
              <SideLink item={item} onClick={onClose} />
            </li>
          ))}
      </ul>
    </Sheet>
  );
}
