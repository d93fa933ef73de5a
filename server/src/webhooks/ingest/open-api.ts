import { z } from 'zod';
import { TRADINGVIEW_IPS } from './ip-rules.js';
import { errorAnswer, receiptAnswer, signalAnswer } from './webhook-answers.js';

type Json = Record<string, unknown>;

/** The JSON Schema of a zod schema, as OpenAPI 3.1 embeds it. */
function schemaOf(schema: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { reused: 'inline' }) as Json;
  return rest;
}

const schemas = { SignalAnswer: signalAnswer, ErrorAnswer: errorAnswer, Receipt: receiptAnswer };

const json = (name: keyof typeof schemas, examples?: Json): Json => ({
  'application/json': { schema: { $ref: `#/components/schemas/${name}` }, ...(examples && { examples }) },
});

const refusals: Record<string, string> = {
  400: 'The body is not UTF-8 text, or starts like JSON and is not valid JSON; the message names line and column.',
  403: 'The source is locked, the address is not allowed, or the signature or token is missing or wrong.',
  404: 'No active source has this code.',
  413: 'The body is larger than 64 KiB.',
  422: 'The signal is older than the source or its own max_lag allows, or its time could not be read while such a limit is set.',
  429: 'More signals than the source allows in a minute; Retry-After says when to come back.',
  503: 'The signal could not be stored. Send the same again: a repeat with its own id or time is never traded twice, one without them is not traded twice within the time window of the source.',
};

const code: Json = {
  name: 'code',
  in: 'path',
  required: true,
  schema: { type: 'string' },
  description: 'The code of the webhook source.',
};

const retryAfter = { 'Retry-After': { schema: { type: 'integer' }, description: 'Seconds to wait.' } };
const errors = Object.fromEntries(
  Object.entries(refusals).map(([status, description]) => [
    status,
    { description, content: json('ErrorAnswer'), ...(['429', '503'].includes(status) && { headers: retryAfter }) },
  ]),
);

/** The OpenAPI document of the REST routes, generated from the schemas that type the routes. */
export function openApi(publicUrl: string): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'mvcashnode signals',
      version: '1',
      description: 'How a sender sends a signal and reads its result. Everything else is GraphQL at /graphql.',
    },
    servers: [{ url: publicUrl }],
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, schemaOf(schema)])),
    },
    paths: {
      '/webhooks/{code}': { post: sendSignal(publicUrl) },
      '/webhooks/{code}/receipts/{receipt}': { get: readReceiptOperation() },
    },
  };
}

const sendSignal = (publicUrl: string): Json => ({
  operationId: 'sendSignal',
  summary: 'Send a signal',
  description: SEND_DESCRIPTION,
  parameters: [code, ...signatureHeaders],
  requestBody: { required: true, content: requestContent },
  'x-codeSamples': codeSamples(publicUrl),
  responses: {
    200: { description: 'The same signal arrived before; this is its first receipt.', content: json('SignalAnswer') },
    202: {
      description: 'Stored; its jobs are being processed.',
      content: json('SignalAnswer', { stored: { value: storedExample } }),
    },
    ...errors,
  },
});

const readReceiptOperation = (): Json => ({
  operationId: 'readReceipt',
  summary: 'Read the result of a signal',
  parameters: [
    code,
    { name: 'receipt', in: 'path', required: true, schema: { type: 'string', minLength: 26, maxLength: 26 } },
  ],
  responses: {
    200: { description: 'The receipt.', content: json('Receipt') },
    404: { description: 'No such receipt at this address.', content: json('ErrorAnswer') },
    503: errors['503'],
  },
});

const SEND_DESCRIPTION = `Plain text or JSON in UTF-8, at most 64 KiB, whatever the content type says.

A message trades only when all parts of it that name a direction agree, and a text only when every word of it is
understood. A message that is not understood is stored as UNKNOWN, and its reason names the words or fields.

The same signal sent twice is traded once. It is identified by the Standard Webhooks id; else by \`id\`, \`event_id\`, \`uid\`,
\`alert_id\` or \`order_id\` together with symbol, action and \`timenow\`/\`timestamp\`/\`time\` (without a time for a day);
else by symbol, action and time; else by its bytes within the source's window.

Only what the signature covers identifies a signed message: with X-Signature the id header does not count, and a time in
the body may be at most 5 minutes old unless the source sets its own age limit. Without a time in the body, the same signed
message counts as new after the window of repeats.

A source may require a signature (X-Signature, X-Hub-Signature-256 or Standard Webhooks) or, for TradingView, which cannot
set headers, a token as \`secret\` or \`token\` in the JSON body, the form or the lines of a text. TradingView sends from ${TRADINGVIEW_IPS.join(', ')}.`;

const signatureHeaders = [
  ['X-Signature', 'sha256= and the hex HMAC-SHA256 of the raw body, keyed with the signing secret as it is written.'],
  ['X-Hub-Signature-256', 'The same as X-Signature.'],
  ['webhook-id', 'Standard Webhooks: the id of the message. It also identifies the signal.'],
  ['webhook-timestamp', 'Standard Webhooks: unix seconds, at most 5 minutes away from now.'],
  [
    'webhook-signature',
    'Standard Webhooks: v1, and the base64 HMAC-SHA256 of "id.timestamp.body"; several are separated by spaces.',
  ],
].map(([name, description]) => ({ name, in: 'header', required: false, schema: { type: 'string' }, description }));

const requestContent = {
  'text/plain': {
    schema: { type: 'string', maxLength: 65_536 },
    examples: {
      text: { summary: 'A text alert', value: 'SOLUSDT.P Caça Fundo 🟢 (H1) Preço (83.09)' },
      close: { summary: 'Closing', value: 'SOLUSDT exit long' },
    },
  },
  'application/json': {
    schema: { type: 'object', additionalProperties: true },
    examples: {
      tradingView: {
        summary: 'TradingView: paste this as the alert message',
        value: {
          secret: 'tok_...',
          ticker: '{{ticker}}',
          action: '{{strategy.order.action}}',
          market_position: '{{strategy.market_position}}',
          prev_market_position: '{{strategy.prev_market_position}}',
          interval: '{{interval}}',
          price: '{{close}}',
          timenow: '{{timenow}}',
        },
      },
      structured: {
        summary: 'A script',
        value: { id: 'run-7-order-1', symbol: 'SOL/USDT', action: 'buy', tf: 'H1', price: '83.09' },
      },
    },
  },
};

const storedExample = {
  receipt: '5ZK3N1Q8V7X4B2M6C9D0E1F3GH',
  event_uid: 'run-7-order-1',
  action: 'BUY_SIGNAL',
  symbol: 'SOL/USDT',
  accounts: 1,
  duplicate: false,
};

const codeSamples = (publicUrl: string) => [
  {
    lang: 'Shell',
    label: 'curl',
    source: `curl -X POST '${publicUrl}/webhooks/CODE' -H 'content-type: text/plain' --data-binary 'SOLUSDT buy (H1) Price (83.09)'`,
  },
  {
    lang: 'Python',
    label: 'Python, signed',
    source: `import hashlib, hmac, json, urllib.request

body = json.dumps({"id": "run-7-order-1", "symbol": "SOL/USDT", "action": "buy"}).encode()
signature = hmac.new(b"whsec_...", body, hashlib.sha256).hexdigest()
request = urllib.request.Request(
    "${publicUrl}/webhooks/CODE",
    data=body,
    headers={"content-type": "application/json", "x-signature": "sha256=" + signature},
)
print(urllib.request.urlopen(request).read().decode())`,
  },
];
