import {
  Activity,
  Bell,
  BellRing,
  CalendarClock,
  ChartCandlestick,
  ChartColumn,
  FlaskConical,
  Route,
  Inbox,
  LayoutDashboard,
  ListOrdered,
  Landmark,
  MessageSquareShare,
  SquareTerminal,
  ScrollText,
  Send,
  ServerCog,
  ShieldCheck,
  SlidersHorizontal,
  Users,
  Vault,
  Webhook,
  type LucideIcon,
} from 'lucide-react';
import { useMeQuery } from '../../gql/generated';

export interface NavItem {
  /** The key of its name under shell.nav in the messages. */
  name:
    | 'dashboard'
    | 'positions'
    | 'orders'
    | 'jobs'
    | 'alerts'
    | 'events'
    | 'lab'
    | 'why'
    | 'webhooks'
    | 'accounts'
    | 'vaults'
    | 'parameters'
    | 'explorer'
    | 'reports'
    | 'profile'
    | 'notifications'
    | 'endpoints'
    | 'users'
    | 'schedule'
    | 'system'
    | 'servers'
    | 'audit';
  to: string;
  icon: LucideIcon;
  section: 'trade' | 'signals' | 'setup' | 'admin';
  /** The second key after `g`. */
  key: string;
}

const NAV_ITEMS: readonly NavItem[] = [
  { name: 'dashboard', to: '/', icon: LayoutDashboard, section: 'trade', key: 'd' },
  { name: 'positions', to: '/positions', icon: ChartCandlestick, section: 'trade', key: 'p' },
  { name: 'orders', to: '/orders', icon: ListOrdered, section: 'trade', key: 'o' },
  { name: 'jobs', to: '/jobs', icon: Activity, section: 'trade', key: 'j' },
  { name: 'alerts', to: '/alerts', icon: Bell, section: 'trade', key: 'k' },
  { name: 'reports', to: '/reports', icon: ChartColumn, section: 'trade', key: 'r' },
  { name: 'events', to: '/events', icon: Inbox, section: 'signals', key: 'e' },
  { name: 'webhooks', to: '/sources', icon: Webhook, section: 'signals', key: 'w' },
  { name: 'lab', to: '/lab', icon: FlaskConical, section: 'signals', key: 'l' },
  { name: 'why', to: '/why', icon: Route, section: 'signals', key: 'i' },
  { name: 'accounts', to: '/accounts', icon: Landmark, section: 'setup', key: 'a' },
  { name: 'vaults', to: '/vaults', icon: Vault, section: 'setup', key: 'v' },
  { name: 'parameters', to: '/parameters', icon: SlidersHorizontal, section: 'setup', key: 't' },
  { name: 'explorer', to: '/explorer/', icon: SquareTerminal, section: 'setup', key: 'q' },
  { name: 'notifications', to: '/notifications', icon: BellRing, section: 'setup', key: 'n' },
  { name: 'endpoints', to: '/endpoints', icon: Send, section: 'setup', key: 'b' },
  { name: 'profile', to: '/profile', icon: ShieldCheck, section: 'setup', key: 's' },
  { name: 'audit', to: '/audit', icon: ScrollText, section: 'setup', key: 'h' },
  { name: 'users', to: '/admin/users', icon: Users, section: 'admin', key: 'u' },
  { name: 'schedule', to: '/admin/schedule', icon: CalendarClock, section: 'admin', key: 'x' },
  { name: 'system', to: '/admin/system', icon: ServerCog, section: 'admin', key: 'y' },
  { name: 'servers', to: '/admin/notifications', icon: MessageSquareShare, section: 'admin', key: 'm' },
];

/** The pages that this user may open: those of administrators are shown to them alone. */
export const useNavItems = (): readonly NavItem[] => {
  const { data } = useMeQuery({ fetchPolicy: 'cache-only' });
  const isAdmin = data?.me?.roles.includes('ADMIN') === true;
  return isAdmin ? NAV_ITEMS : NAV_ITEMS.filter(({ section }) => section !== 'admin');
};

/** The four items that a phone shows next to "More". */
export const PHONE_ITEMS: readonly NavItem['name'][] = ['dashboard', 'positions', 'events', 'vaults'];
