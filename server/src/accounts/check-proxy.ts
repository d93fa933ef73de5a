import type { Context } from '../context.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { checkOutgoingUrl, PROXY_SCHEMES } from '../infra/outgoing-address.js';

const PROXY_MAX = 500;

/**
 * The proxy as it is stored and the part of it that is shown (never its user and password). Refusals: INVALID_PROXY,
 * PRIVATE_ADDRESS.
 */
export function checkProxy(
  ctx: Pick<Context, 'env'>,
  text: string,
): { ok: true; proxyUrl: string; hint: string } | Refusal {
  const proxyUrl = text.trim();
  if (proxyUrl.length > PROXY_MAX) return refuse('INVALID_PROXY');
  const checked = checkOutgoingUrl(proxyUrl, { schemes: PROXY_SCHEMES, allowPrivate: ctx.env.PROXY_ALLOW_PRIVATE });
  if ('fault' in checked) return refuse(checked.fault === 'PRIVATE_ADDRESS' ? 'PRIVATE_ADDRESS' : 'INVALID_PROXY');
  return { ok: true, proxyUrl, hint: `${checked.url.protocol}//${checked.url.host}` };
}
