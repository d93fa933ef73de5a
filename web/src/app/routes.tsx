import { createBrowserRouter, type RouteObject } from 'react-router';
import { NotFoundPage } from './not-found.page';
import { PageFailed } from './page-failed';
import { RequireSession } from './require-session';
import { Shell } from './shell/shell';

/** Pages are loaded when they are first visited; a failing one leaves the frame around it standing. */
const pages: RouteObject[] = [
  {
    index: true,
    lazy: () =>
      import('../features/dashboard/dashboard.page').then(({ DashboardPage }) => ({ Component: DashboardPage })),
  },
  {
    path: 'positions',
    lazy: () =>
      import('../features/positions/positions.page').then(({ PositionsPage }) => ({ Component: PositionsPage })),
  },
  {
    path: 'positions/:id',
    lazy: () => import('../features/positions/position.page').then(({ PositionPage }) => ({ Component: PositionPage })),
  },
  {
    path: 'orders',
    lazy: () => import('../features/orders/orders.page').then(({ OrdersPage }) => ({ Component: OrdersPage })),
  },
  { path: 'jobs', lazy: () => import('../features/jobs/jobs.page').then(({ JobsPage }) => ({ Component: JobsPage })) },
  { path: 'jobs/:id', lazy: () => import('../features/jobs/job.page').then(({ JobPage }) => ({ Component: JobPage })) },
  {
    path: 'sources',
    lazy: () =>
      import('../features/webhooks/webhook-sources.page').then(({ WebhookSourcesPage }) => ({
        Component: WebhookSourcesPage,
      })),
  },
  {
    path: 'sources/:id',
    lazy: () =>
      import('../features/webhooks/webhook-source.page').then(({ WebhookSourcePage }) => ({
        Component: WebhookSourcePage,
      })),
  },
  {
    path: 'events',
    lazy: () =>
      import('../features/webhooks/webhook-events.page').then(({ WebhookEventsPage }) => ({
        Component: WebhookEventsPage,
      })),
  },
  {
    path: 'events/:receipt',
    lazy: () =>
      import('../features/webhooks/webhook-receipt.page').then(({ WebhookReceiptPage }) => ({
        Component: WebhookReceiptPage,
      })),
  },
  {
    path: 'lab',
    lazy: () =>
      import('../features/webhooks/signal-lab.page').then(({ SignalLabPage }) => ({ Component: SignalLabPage })),
  },
  {
    path: 'accounts',
    lazy: () => import('../features/accounts/accounts.page').then(({ AccountsPage }) => ({ Component: AccountsPage })),
  },
  {
    path: 'vaults',
    lazy: () => import('../features/vaults/vaults.page').then(({ VaultsPage }) => ({ Component: VaultsPage })),
  },
  {
    path: 'vaults/:id',
    lazy: () => import('../features/vaults/vault.page').then(({ VaultPage }) => ({ Component: VaultPage })),
  },
  {
    path: 'parameters',
    lazy: () =>
      import('../features/parameters/parameters.page').then(({ ParametersPage }) => ({ Component: ParametersPage })),
  },
  { path: '*', Component: NotFoundPage },
];

/** The addresses of the page. */
export const createRoutes = () =>
  createBrowserRouter([
    {
      ErrorBoundary: PageFailed,
      HydrateFallback: () => null,
      children: [
        {
          path: '/sign-in',
          lazy: () => import('../features/auth/sign-in.page').then(({ SignInPage }) => ({ Component: SignInPage })),
        },
        {
          Component: RequireSession,
          children: [
            {
              path: '/change-password',
              lazy: () =>
                import('../features/auth/change-password.page').then(({ ChangePasswordPage }) => ({
                  Component: ChangePasswordPage,
                })),
            },
            {
              path: '/',
              Component: Shell,
              children: [{ ErrorBoundary: PageFailed, children: pages }],
            },
          ],
        },
      ],
    },
  ]);
