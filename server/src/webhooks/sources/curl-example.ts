import type { WebhookSource } from '../../generated/prisma/client.js';

export interface CurlSecrets {
  signingSecret?: string;
  bodyToken?: string;
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The address a sender POSTs to. */
export const webhookUrl = (publicUrl: string, code: string): string =>
  `${publicUrl.replace(/\/+$/, '')}/webhooks/${code}`;

/**
 * A command that sends a test signal to a source. For a signed source it signs with openssl; for a source with a body
 * token it sends a JSON body. When a secret is not given (it is shown only once), the command has a placeholder.
 */
export function curlExample(
  source: Pick<WebhookSource, 'webhook_code' | 'require_signature' | 'body_token_hash'>,
  publicUrl: string,
  secrets: CurlSecrets = {},
): string {
  const url = quoted(webhookUrl(publicUrl, source.webhook_code));
  const token = secrets.bodyToken ?? 'PASTE_THE_BODY_TOKEN';
  const isJson = source.body_token_hash !== null;
  const body = isJson ? JSON.stringify({ secret: token, symbol: 'BTCUSDT', action: 'buy' }) : 'BTCUSDT buy';
  const type = `-H 'content-type: ${isJson ? 'application/json' : 'text/plain'}'`;
  if (!source.require_signature) return `curl -sS -X POST ${url} ${type} --data-binary ${quoted(body)}`;
  return [
    `BODY=${quoted(body)}`,
    `SECRET=${quoted(secrets.signingSecret ?? 'PASTE_THE_SIGNING_SECRET')}`,
    `SIGNATURE=$(printf '%s' "$BODY" | openssl dgst -sha256 -hmac "$SECRET" | sed 's/^.* //')`,
    `curl -sS -X POST ${url} ${type} -H "x-signature: sha256=$SIGNATURE" --data-binary "$BODY"`,
  ].join('\n');
}
