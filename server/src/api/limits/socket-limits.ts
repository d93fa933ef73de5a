import type { Env } from '../../env.js';
import { addressKey } from './address-key.js';

/** A socket that counts, with its live subscriptions. */
export interface CountedSocket {
  userId: number | undefined;
  ip: string | null;
  subscriptions(): number;
}

export interface SocketLimits {
  /** Counts a new socket; false when its address or its user has too many. */
  open(socket: CountedSocket): boolean;
  /** Names the user of a socket that was opened without one; false when the user has too many. */
  identify(socket: CountedSocket, userId: number): boolean;
  close(socket: CountedSocket): void;
  /** Whether the user and the address of a socket, which counts its new subscription already, may have it. */
  maySubscribe(socket: CountedSocket): boolean;
  /** Everything that is open now. */
  totals(): { sockets: number; subscriptions: number };
}

/** Several users may share an address. */
const USERS_PER_ADDRESS = 4;

/** How many websockets and live subscriptions each user and each address may have in this process. */
export function createSocketLimits({
  API_SOCKETS_PER_USER,
  API_SUBSCRIPTIONS_PER_USER,
}: Pick<Env, 'API_SOCKETS_PER_USER' | 'API_SUBSCRIPTIONS_PER_USER'>): SocketLimits {
  const groups = new Map<string, Set<CountedSocket>>();
  const opened = new Set<CountedSocket>();
  const addressOf = ({ ip }: CountedSocket): string => `address:${addressKey(ip)}`;
  const userOf = (userId: number): string => `user:${userId}`;

  const join = (name: string, socket: CountedSocket, max: number): boolean => {
    const group = groups.get(name) ?? new Set();
    if (group.size >= max) return false;
    groups.set(name, group.add(socket));
    return true;
  };
  const leave = (name: string, socket: CountedSocket): void => {
    const group = groups.get(name);
    if (group?.delete(socket) && group.size === 0) groups.delete(name);
  };
  const subscriptionsOf = (name: string): number =>
    [...(groups.get(name) ?? [])].reduce((sum, socket) => sum + socket.subscriptions(), 0);
  return {
    open(socket) {
      const isOpen = join(addressOf(socket), socket, API_SOCKETS_PER_USER * USERS_PER_ADDRESS);
      if (isOpen) opened.add(socket);
      return isOpen;
    },
    identify(socket, userId) {
      socket.userId = userId;
      return join(userOf(userId), socket, API_SOCKETS_PER_USER);
    },
    close(socket) {
      opened.delete(socket);
      leave(addressOf(socket), socket);
      if (socket.userId !== undefined) leave(userOf(socket.userId), socket);
    },
    totals: () => ({
      sockets: opened.size,
      subscriptions: [...opened].reduce((sum, socket) => sum + socket.subscriptions(), 0),
    }),
    maySubscribe(socket) {
      const ofUser = socket.userId === undefined ? 0 : subscriptionsOf(userOf(socket.userId));
      const ofAddress = subscriptionsOf(addressOf(socket));
      return ofUser <= API_SUBSCRIPTIONS_PER_USER && ofAddress <= API_SUBSCRIPTIONS_PER_USER * USERS_PER_ADDRESS;
    },
  };
}
