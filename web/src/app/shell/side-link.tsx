import { NavLink } from 'react-router';
import { useTranslations } from 'use-intl';
import { cx } from '../../ui/class-names';
import type { NavItem } from './nav-items';

/** One link of the navigation. */
export function SideLink({
  item,
  count,
  onClick,
}: {
  item: NavItem;
  count?: number | undefined;
  onClick?: () => void;
}) {
  const t = useTranslations('shell');
  return (
    <NavLink
      to={item.to}
      end={item.to === '/'}
      onClick={onClick}
      className={({ isActive }) =>
        cx(
          'flex h-9 items-center gap-3 rounded-lg px-3 text-sm phone:h-12',
          isActive ? 'bg-accent-soft font-semibold text-accent' : 'text-muted hover:bg-hover hover:text-text',
        )
      }
    >
      <item.icon className="size-4.5 shrink-0" aria-hidden />
      <span className="flex-1">{t(`nav.${item.name}`)}</span>
      {count !== undefined && count > 0 && (
        <span
          className="num rounded-md bg-hover px-1.5 text-2xs font-semibold text-muted"
          aria-label={t('openCount', { count })}
        >
          {count}
        </span>
      )}
    </NavLink>
  );
}
