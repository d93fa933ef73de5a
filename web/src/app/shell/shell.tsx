import { useState } from 'react';
import { CircleUserRound } from 'lucide-react';
import { Outlet, useNavigate } from 'react-router';
import { useTranslations } from 'use-intl';
import { freezePrices, frozenPrices } from '../../lib/live/frozen-prices';
import { LiveFeed } from '../../lib/live/live-feed';
import { OpenPositionsKeeper } from '../../lib/live/open-positions-keeper';
import { useOpenPositions } from '../../lib/live/open-positions';
import { TrailingKeeper } from '../../lib/live/trailing-keeper';
import { useShortcuts } from '../../lib/shortcuts';
import { cx } from '../../ui/class-names';
import { IconButton } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { lazyPart } from '../../ui/lazy-part';
import { LoadFailed } from '../../ui/load-failed';
import { Skeleton } from '../../ui/skeleton';
import { Toaster } from '../../ui/toaster';
import { useIsPageLoading } from '../page-router';
import { ConnectionState } from './connection-state';
import { PauseBanner } from '../../actions/pause-banner';
import { DocumentTitle } from './document-title';
import { ConfirmationsOff, PricesFrozen } from './header-notes';
import { KillSwitch } from './kill-switch';
import { Logo } from './logo';
import { ModeElsewhere, ModeSwitch, RealBanner } from './mode-switch';
import { useNavItems } from './nav-items';
import { BottomBar, Sidebar } from './navigation';
import { NewVersion } from './new-version';
import { useOpenAlertCount } from './open-alert-count';
import { ScrollMemory } from './scroll-memory';
import { ServerClock, ServerClockKeeper } from './server-clock';

/** The menu is loaded by itself, because it is the largest part of the frame. If that fails, a button loads it again. */
const UserMenu = lazyPart(() => import('./user-menu').then((module) => module.UserMenu), {
  waiting: () => <span className="size-9 phone:size-11" />,
  failed: (_props, retry) => <UserMenuFailed onRetry={retry} />,
});

/** Rare banners; the frame does not wait for their code. */
const HaltBanner = lazyPart(() => import('./halt-banner').then((module) => module.HaltBanner), {
  failed: () => null,
});
const ClockBanner = lazyPart(() => import('./clock-banner').then((module) => module.ClockBanner), {
  failed: () => null,
});
const AlertBell = lazyPart(() => import('./alert-bell').then((module) => module.AlertBell), {
  waiting: () => <span className="size-9 max-[479px]:hidden phone:size-11" />,
  failed: () => null,
});
const PageNews = lazyPart(() => import('./page-news').then((module) => module.PageNews), { failed: () => null });
const OperatorAlerts = lazyPart(() => import('./operator-alerts').then((module) => module.OperatorAlerts), {
  failed: () => null,
});

const HelpDialog = lazyPart(() => import('./help-dialog').then((module) => module.HelpDialog), {
  failed: ({ onOpenChange }, retry) => (
    <Dialog open onOpenChange={onOpenChange} title="?">
      <LoadFailed onRetry={retry} />
    </Dialog>
  ),
});

function UserMenuFailed({ onRetry }: { onRetry: () => void }) {
  const t = useTranslations('ui.loadFailed');
  return (
    <IconButton label={t('retry')} onClick={onRetry} data-testid="user-menu-failed">
      <CircleUserRound className="text-warn" aria-hidden />
    </IconButton>
  );
}

/** The frame around every page of a signed-in user. */
export function Shell() {
  return <LiveFeed>{(isReady) => <Frame isReady={isReady} />}</LiveFeed>;
}

/** The frame is never rebuilt when the live feed becomes ready, so input made before then is kept. */
function Frame({ isReady }: { isReady: boolean }) {
  const openCount = useOpenPositions({ skip: !isReady }).positions.length;
  const alerts = useOpenAlertCount({ skip: !isReady });
  const t = useTranslations('shell');
  const [help, setHelp] = useState(false);
  const loading = useIsPageLoading();
  useGlobalShortcuts(() => setHelp(true));
  return (
    <div className="flex min-h-dvh">
      <a
        href="#content"
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-lg bg-accent-solid px-4 py-2 font-semibold text-on-accent focus:translate-y-0"
      >
        {t('skip')}
      </a>
      {isReady && <OpenPositionsKeeper />}
      {isReady && <TrailingKeeper />}
      {isReady && <ServerClockKeeper />}
      {isReady && <PageNews openCount={openCount} />}
      <DocumentTitle openCount={openCount} />
      <Sidebar openCount={openCount} />
      <div className="flex min-w-0 flex-1 flex-col">
        <RealBanner />
        <ModeElsewhere />
        {isReady && <HaltBanner />}
        {isReady && <PauseBanner />}
        {isReady && <ClockBanner />}
        {isReady && <OperatorAlerts />}
        <header className="sticky top-0 z-20 border-b border-line bg-panel">
          <div className="flex h-13 items-center gap-3 px-4 min-[900px]:px-6">
            <Logo className="size-7 max-[380px]:hidden min-[900px]:hidden" />
            <ConnectionState />
            <ServerClock className="phone:hidden" />
            <span className="flex-1" />
            <ModeSwitch />
            <KillSwitch />
            <AlertBell {...alerts} />
            <UserMenu onHelp={() => setHelp(true)} />
          </div>
          <ConfirmationsOff />
          <PricesFrozen />
          {loading && <span aria-hidden className="absolute inset-x-0 -bottom-px h-0.5 animate-wait bg-accent" />}
        </header>
        <main
          id="content"
          tabIndex={-1}
          className={cx(
            'mx-auto w-full max-w-[100rem] flex-1 px-4 pt-5 pb-24 outline-none min-[900px]:px-6 min-[900px]:pb-8',
          )}
        >
          {isReady ? <Outlet /> : <Skeleton className="h-64 w-full" />}
        </main>
      </div>
      <BottomBar alerts={alerts} />
      {help && <HelpDialog open onOpenChange={setHelp} />}
      <NewVersion />
      <Toaster />
      <ScrollMemory />
    </div>
  );
}

const useGlobalShortcuts = (onHelp: () => void) => {
  const navigate = useNavigate();
  const items = useNavItems();
  useShortcuts((keys) => {
    if (keys === '?') {
      onHelp();
      return true;
    }
    if (keys === '/') {
      const filter = document.querySelector<HTMLInputElement>('[data-filter]');
      filter?.focus();
      return filter !== null;
    }
    if (keys === 'f') {
      freezePrices(frozenPrices.get() === 0);
      return true;
    }
    const item = items.find((candidate) => keys === `g ${candidate.key}`);
    if (item) void navigate(item.to);
    return item !== undefined;
  });
};
