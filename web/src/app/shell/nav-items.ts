import {
  Activity,
  ChartCandlestick,
  FlaskConical,
  Inbox,
  LayoutDashboard,
  ListOrdered,
  Landmark,
  SquareTerminal,
  SlidersHorizontal,
  Vault,
  Webhook,
  type LucideIcon,
} from 'lucide-react';

export interface NavItem {
  /** The key of its name under shell.nav in the messages. */
  name:
    | 'dashboard'
    | 'positions'
    | 'orders'
    | 'jobs'
    | 'events'
    | 'lab'
    | 'webhooks'
    | 'accounts'
    | 'vaults'
    | 'parameters'
    | 'explorer';
  to: string;
  icon: LucideIcon;
  section: 'trade' | 'signals' | 'setup';
  /** The second key after `g`. */
  key: string;
}

export const NAV_ITEMS: readonly NavItem[] = [
  { name: 'dashboard', to: '/', icon: LayoutDashboard, section: 'trade', key: 'd' },
  { name: 'positions', to: '/positions', icon: ChartCandlestick, section: 'trade', key: 'p' },
  { name: 'orders', to: '/orders', icon: ListOrdered, section: 'trade', key: 'o' },
  { name: 'jobs', to: '/jobs', icon: Activity, section: 'trade', key: 'j' },
  { name: 'events', to: '/events', icon: Inbox, section: 'signals', key: 'e' },
  { name: 'webhooks', to: '/sources', icon: Webhook, section: 'signals', key: 'w' },
  { name: 'lab', to: '/lab', icon: FlaskConical, section: 'signals', key: 'l' },
  { name: 'accounts', to: '/accounts', icon: Landmark, section: 'setup', key: 'a' },
  { name: 'vaults', to: '/vaults', icon: Vault, section: 'setup', key: 'v' },
  { name: 'parameters', to: '/parameters', icon: SlidersHorizontal, section: 'setup', key: 't' },
  { name: 'explorer', to: '/explorer/', icon: SquareTerminal, section: 'setup', key: 'x' },
];

/** The four items that a phone shows next to "More". */
export const PHONE_ITEMS: readonly NavItem['name'][] = ['dashboard', 'positions', 'events', 'vaults'];
