// Named as Node names it, so that the tests can read this file beside the server's.
import type { Choices, Dynamic, Part } from './message.js';

// What a message is sent with: Pine v6, curl and Python. `message.ts` says what is in it.

interface Target {
  url: string;
  requireSignature: boolean;
  /** JSON or text. */
  isJson: boolean;
  /** The place of the signing secret. */
  secretPlace: string;
  /** Values of the variables, by placeholder. */
  examples: ReadonlyMap<string, string>;
}

/** A string of Pine, which may not have line breaks. */
const pineString = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;

/** The message as an expression of Pine v6. */
export const pineExpression = (parts: readonly Part[]): string =>
  parts.map((part) => (typeof part === 'string' ? pineString(part) : part.pine)).join(' + ');

const INDICATOR = (kind: 'buy' | 'sell', message: string) => `//@version=6
indicator("My ${kind} signal", overlay = true)

bool isSignal = ${kind === 'buy' ? 'ta.crossover' : 'ta.crossunder'}(ta.sma(close, 9), ta.sma(close, 21)) // Put your condition here.

if isSignal
    alert(${message}, alert.freq_once_per_bar_close)
`;

const STRATEGY = (buy: string, sell: string) => `//@version=6
strategy("My strategy", overlay = true)

bool isEntry = ta.crossover(ta.sma(close, 9), ta.sma(close, 21)) // Put your conditions here.
bool isExit = ta.crossunder(ta.sma(close, 9), ta.sma(close, 21))

if isEntry
    strategy.entry("Long", strategy.long, alert_message = ${buy})
if isExit
    strategy.close("Long", alert_message = ${sell})
`;

/** What the alert of a Pine strategy says: the message of the order that was filled. */
export const STRATEGY_ALERT = '{{strategy.order.alert_message}}';

/**
 * A script of Pine v6 that sends it. `partsOf` makes the message: a strategy has two of them, because its code knows
 * which order it sends.
 */
export function pineScript(choices: Choices, partsOf: (choices: Choices) => Part[]): string {
  const as = (action: Choices['action']) => pineExpression(partsOf({ ...choices, action }));
  if (choices.action === 'STRATEGY') return STRATEGY(as('BUY'), as('SELL'));
  return INDICATOR(choices.action === 'BUY' ? 'buy' : 'sell', as(choices.action));
}

const shellString = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const shellValue = ({ variable, placeholder }: Dynamic, examples: Target['examples']): string =>
  variable === 'TIME' ? '$(date -u +%Y-%m-%dT%H:%M:%SZ)' : shellString(examples.get(placeholder) ?? '');

/** Commands for a shell: the variables, the body, the signature where the source requires it, and curl. */
export function curlCommand(parts: readonly Part[], dynamics: readonly Dynamic[], target: Target): string {
  const { url, requireSignature, isJson, secretPlace, examples } = target;
  const body = parts.map((part) => (typeof part === 'string' ? shellString(part) : `"$${part.variable}"`)).join('');
  const type = `-H 'content-type: ${isJson ? 'application/json' : 'text/plain'}'`;
  const send = (headers: string) => `curl -sS -X POST ${shellString(url)} ${headers} --data-binary "$BODY"`;
  const signed = [
    `SECRET=${shellString(secretPlace)}`,
    `SIGNATURE=$(printf '%s' "$BODY" | openssl dgst -sha256 -hmac "$SECRET" | sed 's/^.* //')`,
    send(`${type} -H "x-signature: sha256=$SIGNATURE"`),
  ];
  return [
    ...dynamics.map((one) => `${one.variable}=${shellValue(one, examples)}`),
    `BODY=${body}`,
    ...(requireSignature ? signed : [send(type)]),
  ].join('\n');
}

/** JSON's strings are strings of Python too. */
const pythonString = (text: string): string => JSON.stringify(text);

const pythonValue = ({ variable, placeholder }: Dynamic, examples: Target['examples']): string =>
  variable === 'TIME'
    ? 'time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())'
    : pythonString(examples.get(placeholder) ?? '');

/** A script for Python 3 that needs no packages. */
export function pythonScript(parts: readonly Part[], dynamics: readonly Dynamic[], target: Target): string {
  const { url, requireSignature, isJson, secretPlace, examples } = target;
  const imports = [...(requireSignature ? ['hashlib', 'hmac'] : []), 'time', 'urllib.request'];
  const body = parts.map((part) => (typeof part === 'string' ? pythonString(part) : part.variable)).join(' + ');
  const signature = `    "x-signature": "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest(),`;
  return [
    `import ${imports.join(', ')}`,
    '',
    ...dynamics.map((one) => `${one.variable} = ${pythonValue(one, examples)}`),
    ...(requireSignature ? [`SECRET = ${pythonString(secretPlace)}.encode()`] : []),
    `body = (${body}).encode()`,
    'headers = {',
    `    "content-type": "${isJson ? 'application/json' : 'text/plain'}",`,
    ...(requireSignature ? [signature] : []),
    '}',
    `request = urllib.request.Request(${pythonString(url)}, data=body, headers=headers)`,
    'print(urllib.request.urlopen(request).read().decode())',
  ].join('\n');
}
