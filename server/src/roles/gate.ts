import type { IncomingHttpHeaders, IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { addressKey } from '../api/limits/address-key.js';
import { credentialOf, HOLD_HEADER, KNOWN_HEADER } from '../api/request-facts.js';
import { clientAddress } from '../webhooks/ingest/ip-rules.js';

/** Forwarded requests of one sender at one moment. A browser has six connections. */
const RUNNING_MAX = 64;
/** Connections of one address. Loopback is not limited, because a proxy on this machine carries everybody. */
const CONNECTIONS_MAX = 512;
const REMEMBERED_MAX = 20_000;

export type Entry = { ok: true; leave(): void } | { ok: false; retryAfterMs: number; sender: string };

export interface Gate {
  /** Counts a request that will be forwarded; call `leave` at its end. */
  enter(request: IncomingMessage): Entry;
  /** Reads what GraphQL's answer says about the sender. */
  learn(request: IncomingMessage, answer: IncomingHttpHeaders): void;
}

interface GateOptions {
  trustedProxies: readonly string[];
  now?: () => number;
}

/**
 * The first defense of the process that trades, without reading a body: an address whose budget is used up is refused
 * for as long as GraphQL said, and no sender has more than 64 requests at once. A valid session is a sender of its own,
 * so strangers at the same address refuse nothing to their owner.
 */
export function createGate({ trustedProxies, now = () => performance.now() }: GateOptions): Gate {
  const running = new Map<string, number>();
  const heldUntil = new Map<string, number>();
  const known = new Set<string>();

  const senderOf = (request: IncomingMessage): string => {
    const credential = credentialOf(request.headers);
    if (credential !== undefined && known.has(credential)) return `session:${credential}`;
    const ip = clientAddress(request.socket.remoteAddress, request.headers['x-forwarded-for'], trustedProxies);
    return `address:${addressKey(ip)}`;
  };
  return {
    enter(request) {
      const sender = senderOf(request);
      const until = request.method === 'POST' ? (heldUntil.get(sender) ?? 0) : 0;
      if (until > now()) return { ok: false, retryAfterMs: Math.ceil(until - now()), sender };
      heldUntil.delete(sender);
      const count = running.get(sender) ?? 0;
      if (count >= RUNNING_MAX) return { ok: false, retryAfterMs: 1_000, sender };
      running.set(sender, count + 1);
      return {
        ok: true,
        leave() {
          const left = (running.get(sender) ?? 1) - 1;
          if (left === 0) running.delete(sender);
          else running.set(sender, left);
        },
      };
    },
    learn(request, { [HOLD_HEADER]: hold, [KNOWN_HEADER]: isKnown }) {
      const credential = credentialOf(request.headers);
      if (credential !== undefined) {
        known.delete(credential);
        if (isKnown !== undefined) keep(known).add(credential);
      }
      if (typeof hold === 'string') keep(heldUntil).set(senderOf(request), now() + Number(hold));
    },
  };
}

/** The collection with room for one more; it drops its oldest entry. */
function keep<C extends Map<string, unknown> | Set<string>>(collection: C): C {
  const [oldest] = collection.keys();
  if (collection.size >= REMEMBERED_MAX && oldest !== undefined) collection.delete(oldest);
  return collection;
}

/** Ends new connections of an address that has too many. */
export function limitConnections(server: Server, trustedProxies: readonly string[]): void {
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const peer = socket.remoteAddress;
    const isProxy =
      peer === undefined || isLoopback(peer) || clientAddress(peer, '192.0.2.1', trustedProxies) === '192.0.2.1';
    if (isProxy) return;
    const key = addressKey(peer);
    const count = (open.get(key) ?? 0) + 1;
    if (count > CONNECTIONS_MAX) return void socket.destroy();
    open.set(key, count);
    socket.once('close', () => {
      const left = (open.get(key) ?? 1) - 1;
      if (left === 0) open.delete(key);
      else open.set(key, left);
    });
  });
}

const isLoopback = (address: string): boolean => /^(127\.|::1$|::ffff:127\.)/.test(address);
