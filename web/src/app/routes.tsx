import type { ComponentType } from 'react';
import { createBrowserRouter, type RouteObject } from 'react-router';
import type { PageWords } from '../messages/load-messages';
import { needWords } from '../messages/words';
import { lazyPage } from './lazy-page';
import { NotFoundPage } from './not-found.page';
import { PageFailed } from './page-failed';
import { RequireSession } from './require-session';
import { Shell } from './shell/shell';

/** A page and its messages, loaded together at the first visit. */
const page = (words: PageWords, load: () => Promise<ComponentType>) =>
  lazyPage(async () => {
    const [Component] = await Promise.all([load(), needWords(words)]);
    return Component;
  });

// The pages on which a trader closes positions. They are loaded while the browser is idle, so that they open even when
// the server cannot be reached, or has a new version without these files.
const positionsPage = () => import('../features/positions/positions.page').then((m) => m.PositionsPage);
const positionPage = () => import('../features/positions/position.page').then((m) => m.PositionPage);
const ordersPage = () => import('../features/orders/orders.page').then((m) => m.OrdersPage);

/** Loads the code and the messages of the pages on which positions are closed and orders are canceled. */
export const fetchTradingPages = (): Promise<unknown> =>
  Promise.all([positionsPage(), positionPage(), ordersPage(), needWords('positions'), needWords('orders')]);

/** A page of the server: leaves this one. The promise stays open, so that nothing else is shown meanwhile. */
const serverPage = (path: string): RouteObject => ({
  path,
  loader: ({ request }) => {
    location.assign(request.url);
    return new Promise(() => undefined);
  },
});

/** When a page fails, the frame around it stays. */
const pages: RouteObject[] = [
  {
    index: true,
    lazy: page('dashboard', () => import('../features/dashboard/dashboard.page').then((m) => m.DashboardPage)),
  },
  {
    path: 'positions',
    lazy: page('positions', positionsPage),
  },
  {
    path: 'positions/:id',
    lazy: page('positions', positionPage),
  },
  {
    path: 'orders',
    lazy: page('orders', ordersPage),
  },
  { path: 'jobs', lazy: page('jobs', () => import('../features/jobs/jobs.page').then((m) => m.JobsPage)) },
  { path: 'jobs/:id', lazy: page('jobs', () => import('../features/jobs/job.page').then((m) => m.JobPage)) },
  {
    path: 'sources',
    lazy: page('webhooks', () => import('../features/webhooks/webhook-sources.page').then((m) => m.WebhookSourcesPage)),
  },
  {
    path: 'sources/:id',
    lazy: page('webhooks', () => import('../features/webhooks/webhook-source.page').then((m) => m.WebhookSourcePage)),
  },
  {
    path: 'events',
    lazy: page('webhooks', () => import('../features/webhooks/webhook-events.page').then((m) => m.WebhookEventsPage)),
  },
  {
    path: 'events/:receipt',
    lazy: page('webhooks', () => import('../features/webhooks/webhook-receipt.page').then((m) => m.WebhookReceiptPage)),
  },
  {
    path: 'lab',
    lazy: page('webhooks', () => import('../features/webhooks/signal-lab.page').then((m) => m.SignalLabPage)),
  },
  {
    path: 'accounts',
    lazy: page('accounts', () => import('../features/accounts/accounts.page').then((m) => m.AccountsPage)),
  },
  {
    path: 'vaults',
    lazy: page('vaults', () => import('../features/vaults/vaults.page').then((m) => m.VaultsPage)),
  },
  {
    path: 'vaults/:id',
    lazy: page('vaults', () => import('../features/vaults/vault.page').then((m) => m.VaultPage)),
  },
  {
    path: 'parameters',
    lazy: page('parameters', () => import('../features/parameters/parameters.page').then((m) => m.ParametersPage)),
  },
  serverPage('explorer'),
  serverPage('reference'),
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
          lazy: lazyPage(() => import('../features/auth/sign-in.page').then((m) => m.SignInPage)),
        },
        {
          Component: RequireSession,
          children: [
            {
              path: '/change-password',
              lazy: lazyPage(() => import('../features/auth/change-password.page').then((m) => m.ChangePasswordPage)),
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
