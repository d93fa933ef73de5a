import { readFileSync } from 'node:fs';
import type { RedisOptions } from 'ioredis';

/** `redis-sentinel://[[user]:password@]host[:port][,host[:port]…][/database]#<name of the master>` */
const SENTINEL = /^(rediss?)-sentinel:\/\/(?:([^@/#?]*)@)?([^@/#?]+)(?:\/(\d*))?(\?[^#]*)?#(.+)$/;
const SENTINEL_PORT = 26_379;

/** Whether the address names Sentinels, and is complete. */
export const isSentinelAddress = (address: string): boolean => SENTINEL.test(address);

const decode = (text: string | undefined): string | undefined => (text ? decodeURIComponent(text) : undefined);

function readCa(params: URLSearchParams): string | undefined {
  const file = params.get('sslCa');
  return file === null ? undefined : readFileSync(file, 'utf8');
}

/**
 * The options of ioredis for an address. `rediss://` checks the certificate with the authorities of Node (NODE_EXTRA_CA_CERTS
 * adds to them), with `?sslCa=/path/ca.pem` with those of the file. With `redis-sentinel://` the Sentinels are asked which
 * server is the master now, with `rediss-sentinel://` over TLS, and `?sentinelPassword=` when they need one.
 */
export function redisOptions(address: string): { url?: string; options: RedisOptions } {
  const [, scheme, credentials, hosts = '', db, query, name] = SENTINEL.exec(address) ?? [];
  if (scheme === undefined) {
    const parsed = new URL(address);
    const ca = readCa(parsed.searchParams);
    parsed.searchParams.delete('sslCa');
    const url = ca === undefined ? address : parsed.href;
    return { url, options: ca !== undefined && parsed.protocol === 'rediss:' ? { tls: { ca } } : {} };
  }
  const params = new URLSearchParams(query);
  const ca = readCa(params);
  const [username, password] = credentials?.includes(':') ? credentials.split(':', 2) : [undefined, credentials];
  const sentinelPassword = params.get('sentinelPassword') ?? undefined;
  const tls = scheme === 'rediss' ? { ...(ca !== undefined && { ca }) } : undefined;
  const options: RedisOptions = {
    sentinels: hosts.split(',').map((host) => {
      const [, plain = host, port] = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(host) ?? [];
      return { host: plain.replace(/^\[|\]$/g, ''), port: Number(port ?? SENTINEL_PORT) };
    }),
    name: decodeURIComponent(name ?? ''),
    ...(db && { db: Number(db) }),
    ...(decode(username) !== undefined && { username: decode(username) as string }),
    ...(decode(password) !== undefined && { password: decode(password) as string }),
    ...(sentinelPassword !== undefined && { sentinelPassword }),
    ...(tls && { tls, sentinelTLS: tls, enableTLSForSentinelMode: true }),
    // They say when another server becomes the master; the old one may still answer then.
    failoverDetector: true,
  };
  return { options };
}
