import { Ellipsis } from 'lucide-react';
import { useState } from 'react';
import { NavLink } from 'react-router';
import { useTranslations } from 'use-intl';
import { cx } from '../../ui/class-names';
import { AlertBadge } from './alert-badge';
import { Logo } from './logo';
import { MoreSheet } from './more-sheet';
import { PHONE_ITEMS, useNavItems, type NavItem } from './nav-items';
import type { OpenAlertCount } from './open-alert-count';
import { SideLink } from './side-link';

const SECTIONS = ['trade', 'signals', 'setup', 'admin'] as const;

/** The navigation of wide screens. */
export function Sidebar({ openCount }: { openCount: number }) {
  const t = useTranslations('shell');
  const items = useNavItems();
  return (
    <nav
      aria-label={t('navigation')}
      className="sticky top-0 hidden h-dvh w-50 shrink-0 flex-col gap-5 overflow-y-auto border-r border-line bg-panel px-3 py-3.5 min-[900px]:flex"
    >
      <NavLink to="/" className="flex items-center gap-2.5 rounded-lg px-2 text-base font-semibold tracking-tight">
        <Logo />
        mvcashnode
      </NavLink>
      <div className="flex flex-col gap-5">
        {SECTIONS.filter((section) => items.some((item) => item.section === section)).map((section) => (
          <div key={section} className="flex flex-col gap-0.5">
            <p className="px-3 pb-1 text-2xs font-medium text-faint">{t(`sections.${section}`)}</p>
            {items
              .filter((item) => item.section === section)
              .map((item) => (
                <SideLink key={item.name} item={item} count={item.name === 'positions' ? openCount : undefined} />
              ))}
          </div>
        ))}
      </div>
    </nav>
  );
}

/** The navigation of narrow screens: four pages and a sheet with the rest. */
export function BottomBar({ alerts }: { alerts: OpenAlertCount }) {
  const t = useTranslations('shell');
  const [open, setOpen] = useState(false);
  const items = useNavItems();
  const tab = 'flex min-h-14 flex-1 flex-col items-center justify-center gap-1 text-2xs';
  return (
    <>
      <nav
        aria-label={t('navigation')}
        className="fixed inset-x-0 bottom-0 z-30 flex border-t border-line bg-panel pb-[env(safe-area-inset-bottom)] min-[900px]:hidden"
      >
        {PHONE_ITEMS.map((name) => {
          const item = items.find((candidate) => candidate.name === name) as NavItem;
          return (
            <NavLink
              key={name}
              to={item.to}
              end={item.to === '/'}
              className={({ isActive }) => cx(tab, isActive ? 'font-semibold text-accent' : 'text-muted')}
            >
              <item.icon className="size-5" aria-hidden />
              {t(`nav.${name}`)}
            </NavLink>
          );
        })}
        <button type="button" className={cx(tab, 'text-muted')} onClick={() => setOpen(true)} aria-haspopup="dialog">
          <span className="relative px-4">
            <Ellipsis className="size-5" aria-hidden />
            <AlertBadge {...alerts} />
          </span>
          {t('more')}
          {alerts.count > 0 && <span className="sr-only">{t('alerts', { count: alerts.count })}</span>}
        </button>
      </nav>
      {open && <MoreSheet onClose={() => setOpen(false)} />}
    </>
  );
}
