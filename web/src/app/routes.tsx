import { useEffect, type ComponentType } from 'react';
import { Outlet, Route, Routes } from 'react-router';
import type { PageWords } from '../messages/load-messages';
import { needWords } from '../messages/words';
import { lazyPart } from '../ui/lazy-part';
import { Skeleton } from '../ui/skeleton';
import { AdminOnly } from './admin-only';
import { NotFoundPage } from './not-found.page';
import { PageBoundary } from './page-failed';
import { PageRouter, type Pages } from './page-router';
import { RequireSession } from './require-session';
import { SetupGate } from './setup-gate';
import { Shell } from './shell/shell';

/** A page and its messages, loaded together at the first visit. */
const page = (words: PageWords, load: () => Promise<ComponentType>) =>
  lazyPart(
    async () => {
      const [Component] = await Promise.all([load(), needWords(words)]);
      return Component;
    },
    { waiting: () => <Skeleton className="h-64 w-full" /> },
  );

// The pages on which a trader closes positions. They are loaded while the browser is idle, so that they open even when
// the server cannot be reached, or has a new version without these files.
const positionsPage = () => import('../features/positions/positions.page').then((m) => m.PositionsPage);
const positionPage = () => import('../features/positions/position.page').then((m) => m.PositionPage);
const ordersPage = () => import('../features/orders/orders.page').then((m) => m.OrdersPage);

/** Loads the code and the messages of the pages on which positions are closed and orders are canceled. */
export const fetchTradingPages = (): Promise<unknown> =>
  Promise.all([positionsPage(), positionPage(), ordersPage(), needWords('positions'), needWords('orders')]);

/** A page of the server: leaves this one. */
const ServerPage = (): null => {
  useEffect(() => location.assign(location.href), []);
  return null;
};

/** The pages without the frame. */
const PLAIN_PAGES: Pages = {
  '/sign-in': lazyPart(() => import('../features/auth/sign-in.page').then((m) => m.SignInPage)),
  '/set-password': lazyPart(() => import('../features/auth/set-password.page').then((m) => m.SetPasswordPage)),
  '/change-password': lazyPart(() => import('../features/auth/change-password.page').then((m) => m.ChangePasswordPage)),
  '/setup': page('setup', () => import('../features/setup/setup.page').then((m) => m.SetupPage)),
};
const [SignInPage, SetPasswordPage, ChangePasswordPage, SetupPage] = Object.values(PLAIN_PAGES) as ComponentType[];

/** The pages inside the frame, by address. */
const PAGES: Pages = {
  '/': page('dashboard', () => import('../features/dashboard/dashboard.page').then((m) => m.DashboardPage)),
  '/positions': page('positions', positionsPage),
  '/positions/:id': page('positions', positionPage),
  '/chart': page('positions', () => import('../features/positions/symbol-chart.page').then((m) => m.SymbolChartPage)),
  '/orders': page('orders', ordersPage),
  '/jobs': page('jobs', () => import('../features/jobs/jobs.page').then((m) => m.JobsPage)),
  '/jobs/:id': page('jobs', () => import('../features/jobs/job.page').then((m) => m.JobPage)),
  '/sources': page('webhooks', () =>
    import('../features/webhooks/webhook-sources.page').then((m) => m.WebhookSourcesPage),
  ),
  '/sources/:id': page('webhooks', () =>
    import('../features/webhooks/webhook-source.page').then((m) => m.WebhookSourcePage),
  ),
  '/sources/:id/message': page('webhooks', () =>
    import('../features/webhooks/builder/message-builder.page').then((m) => m.MessageBuilderPage),
  ),
  '/events': page('webhooks', () =>
    import('../features/webhooks/webhook-events.page').then((m) => m.WebhookEventsPage),
  ),
  '/events/:receipt': page('webhooks', () =>
    import('../features/webhooks/webhook-receipt.page').then((m) => m.WebhookReceiptPage),
  ),
  '/lab': page('webhooks', () => import('../features/webhooks/signal-lab.page').then((m) => m.SignalLabPage)),
  '/why': page('gates', () => import('../features/gates/gates.page').then((m) => m.GatesPage)),
  '/accounts': page('accounts', () => import('../features/accounts/accounts.page').then((m) => m.AccountsPage)),
  '/vaults': page('vaults', () => import('../features/vaults/vaults.page').then((m) => m.VaultsPage)),
  '/vaults/:id': page('vaults', () => import('../features/vaults/vault.page').then((m) => m.VaultPage)),
  '/parameters': page('parameters', () =>
    import('../features/parameters/parameters.page').then((m) => m.ParametersPage),
  ),
  '/reports': page('reports', () => import('../features/reports/reports.page').then((m) => m.ReportsPage)),
  '/notifications': page('notifications', () =>
    import('../features/notifications/notifications.page').then((m) => m.NotificationsPage),
  ),
  '/endpoints': page('notifications', () =>
    import('../features/notifications/endpoints.page').then((m) => m.EndpointsPage),
  ),
  '/alerts': page('alerts', () => import('../features/alerts/alerts.page').then((m) => m.AlertsPage)),
  '/profile': page('profile', () => import('../features/profile/profile.page').then((m) => m.ProfilePage)),
  '/admin/users': page('admin', () => import('../features/admin/users.page').then((m) => m.UsersPage)),
  '/admin/schedule': page('admin', () => import('../features/admin/schedule.page').then((m) => m.SchedulePage)),
  '/admin/system': page('admin', () => import('../features/admin/system.page').then((m) => m.SystemPage)),
  '/admin/notifications': page('notifications', () =>
    import('../features/notifications/servers.page').then((m) => m.ServersPage),
  ),
  '/audit': page('admin', () => import('../features/admin/audit.page').then((m) => m.AuditPage)),
};

const ALL_PAGES: Pages = { ...PLAIN_PAGES, ...PAGES };

/** When a page fails, the frame around it stays. */
const OnePage = () => (
  <PageBoundary>
    <Outlet />
  </PageBoundary>
);

/** The addresses of the page. */
export const AppRoutes = () => (
  <PageRouter pages={ALL_PAGES}>
    <Routes>
      <Route element={<OnePage />}>
        <Route element={<SetupGate />}>
          <Route path="/sign-in" element={SignInPage && <SignInPage />} />
          <Route path="/set-password" element={SetPasswordPage && <SetPasswordPage />} />
          <Route path="/setup" element={SetupPage && <SetupPage />} />
        </Route>
      </Route>
      <Route element={<RequireSession />}>
        <Route element={<OnePage />}>
          <Route path="/change-password" element={ChangePasswordPage && <ChangePasswordPage />} />
        </Route>
        <Route element={<Shell />}>
          <Route element={<OnePage />}>
            {Object.entries(PAGES).map(([path, Page]) => (
              <Route
                key={path}
                path={path}
                element={
                  path.startsWith('/admin/') ? (
                    <AdminOnly>
                      <Page />
                    </AdminOnly>
                  ) : (
                    <Page />
                  )
                }
              />
            ))}
            <Route path="/explorer" element={<ServerPage />} />
            <Route path="/reference" element={<ServerPage />} />
            <Route path="*" element={<NotFoundPage />} />
          </Route>
        </Route>
      </Route>
    </Routes>
  </PageRouter>
);
