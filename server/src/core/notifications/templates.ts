import type { MessageFacts } from './happenings.js';
import type { NotificationType } from './notification-types.js';

export const LOCALES = ['pt-BR', 'en'] as const;
export type Locale = (typeof LOCALES)[number];
export const isLocale = (text: string): text is Locale => (LOCALES as readonly string[]).includes(text);

/** What a template of each type can name, with an example for the preview. */
const TRADE = { symbol: 'SOL/USDT', account: 'Binance', mode: 'REAL', quote: 'USDT' };
const CLOSED = { ...TRADE, position: '42', quantity: '1.5', price: '215.81', profit: '+12.4', profit_pct: '+3.9' };
const ALERT = { alert: 'STALE_PRICES', severity: 'high', message: 'No price for SOL/USDT for 40 s.' };

export const EXAMPLES: Readonly<Record<NotificationType, MessageFacts>> = {
  WEBHOOK_RECEIVED: { source: 'Caça Fundo', symbol: 'SOL/USDT', action: 'BUY_SIGNAL', price: '83.09', accounts: '2' },
  POSITION_OPENED: { ...TRADE, position: '42', quantity: '1.5', price: '83.09' },
  POSITION_CLOSED: { ...CLOSED, reason: 'WEBHOOK_SELL' },
  STOP_LOSS_TRIGGERED: { ...CLOSED, profit: '-4.1', profit_pct: '-2', reason: 'STOP_LOSS' },
  TAKE_PROFIT_TRIGGERED: { ...CLOSED, reason: 'TAKE_PROFIT' },
  TRAILING_STOP_TRIGGERED: { ...CLOSED, reason: 'TRAILING_STOP' },
  PARTIAL_TP_TRIGGERED: CLOSED,
  VAULT_ALERT: ALERT,
  TRADE_FAILED: { ...TRADE, side: 'BUY', job: '7', reason: 'EXCHANGE_REFUSED', detail: 'The exchange refused it.' },
  SYSTEM_ALERT: ALERT,
  TEST_MESSAGE: { channel: 'My phone' },
  ORDER_FILLED: { ...TRADE, position: '42', side: 'BUY', quantity: '1.5', price: '83.09', profit: '0' },
  SIGNAL_REFUSED: { ...TRADE, side: 'BUY', job: '7', reason: 'INSUFFICIENT_BALANCE', detail: 'Free: 3 USDT.' },
  ORDER_UNKNOWN: { ...ALERT, alert: 'ORDER_UNKNOWN' },
  CONNECTION_LOST: ALERT,
  ALERT_RESOLVED: ALERT,
};

type Texts = Readonly<Record<NotificationType, { title: string; body: string }>>;

const RESULT_PT =
  'Vendido: {quantity} a {price}\nResultado: {profit} {quote} ({profit_pct} %)\nConta: {account} ({mode})';
const RESULT_EN = 'Sold: {quantity} at {price}\nResult: {profit} {quote} ({profit_pct} %)\nAccount: {account} ({mode})';

const PT: Texts = {
  WEBHOOK_RECEIVED: {
    title: 'Sinal recebido',
    body: '📡 Sinal de {source}\n{action} {symbol}\nPreço: {price}\nContas: {accounts}',
  },
  POSITION_OPENED: {
    title: 'Posição aberta',
    body: '🟢 Posição aberta: {symbol}\nQuantidade: {quantity} a {price}\nConta: {account} ({mode})',
  },
  POSITION_CLOSED: {
    title: 'Posição fechada',
    body: `⚪ Posição fechada: {symbol}\nMotivo: {reason}\n${RESULT_PT}`,
  },
  STOP_LOSS_TRIGGERED: { title: 'Stop loss', body: `🔴 Stop loss: {symbol}\n${RESULT_PT}` },
  TAKE_PROFIT_TRIGGERED: { title: 'Take profit', body: `🎯 Take profit: {symbol}\n${RESULT_PT}` },
  TRAILING_STOP_TRIGGERED: { title: 'Stop móvel', body: `📉 Stop móvel: {symbol}\n${RESULT_PT}` },
  PARTIAL_TP_TRIGGERED: {
    title: 'Alvo parcial',
    body: `🎯 Alvo parcial: {symbol}\n${RESULT_PT}\nO restante continua aberto.`,
  },
  VAULT_ALERT: { title: 'Alerta de cofre', body: '🏦 Alerta de cofre\n{message}' },
  TRADE_FAILED: {
    title: 'Ordem falhou',
    body: '❌ Ordem falhou: {side} {symbol}\n{reason}: {detail}\nConta: {account} ({mode})',
  },
  SYSTEM_ALERT: { title: 'Alerta', body: '⚠️ {alert} ({severity})\n{message}' },
  TEST_MESSAGE: { title: 'Mensagem de teste', body: '✅ Mensagem de teste: {channel} está funcionando.' },
  ORDER_FILLED: {
    title: 'Ordem executada',
    body: '🔔 {side} {symbol}\n{quantity} a {price}\nConta: {account} ({mode})',
  },
  SIGNAL_REFUSED: {
    title: 'Sinal recusado',
    body: '🚫 Sinal recusado: {side} {symbol}\n{reason}: {detail}\nConta: {account} ({mode})',
  },
  ORDER_UNKNOWN: { title: 'Ordem sem resposta', body: '❓ Ordem sem resposta da corretora\n{message}' },
  CONNECTION_LOST: { title: 'Conexão perdida', body: '🔌 {alert} ({severity})\n{message}' },
  ALERT_RESOLVED: { title: 'Alerta resolvido', body: '✅ Resolvido: {alert}\n{message}' },
};

const EN: Texts = {
  WEBHOOK_RECEIVED: {
    title: 'Signal received',
    body: '📡 Signal of {source}\n{action} {symbol}\nPrice: {price}\nAccounts: {accounts}',
  },
  POSITION_OPENED: {
    title: 'Position opened',
    body: '🟢 Position opened: {symbol}\nQuantity: {quantity} at {price}\nAccount: {account} ({mode})',
  },
  POSITION_CLOSED: {
    title: 'Position closed',
    body: `⚪ Position closed: {symbol}\nReason: {reason}\n${RESULT_EN}`,
  },
  STOP_LOSS_TRIGGERED: { title: 'Stop loss', body: `🔴 Stop loss: {symbol}\n${RESULT_EN}` },
  TAKE_PROFIT_TRIGGERED: { title: 'Take profit', body: `🎯 Take profit: {symbol}\n${RESULT_EN}` },
  TRAILING_STOP_TRIGGERED: { title: 'Trailing stop', body: `📉 Trailing stop: {symbol}\n${RESULT_EN}` },
  PARTIAL_TP_TRIGGERED: {
    title: 'Partial target',
    body: `🎯 Partial target: {symbol}\n${RESULT_EN}\nThe rest stays open.`,
  },
  VAULT_ALERT: { title: 'Vault alert', body: '🏦 Vault alert\n{message}' },
  TRADE_FAILED: {
    title: 'Order failed',
    body: '❌ Order failed: {side} {symbol}\n{reason}: {detail}\nAccount: {account} ({mode})',
  },
  SYSTEM_ALERT: { title: 'Alert', body: '⚠️ {alert} ({severity})\n{message}' },
  TEST_MESSAGE: { title: 'Test message', body: '✅ Test message: {channel} works.' },
  ORDER_FILLED: {
    title: 'Order filled',
    body: '🔔 {side} {symbol}\n{quantity} at {price}\nAccount: {account} ({mode})',
  },
  SIGNAL_REFUSED: {
    title: 'Signal refused',
    body: '🚫 Signal refused: {side} {symbol}\n{reason}: {detail}\nAccount: {account} ({mode})',
  },
  ORDER_UNKNOWN: { title: 'Order without an answer', body: '❓ The exchange gave no answer to an order\n{message}' },
  CONNECTION_LOST: { title: 'Connection lost', body: '🔌 {alert} ({severity})\n{message}' },
  ALERT_RESOLVED: { title: 'Alert resolved', body: '✅ Resolved: {alert}\n{message}' },
};

const TEXTS: Readonly<Record<Locale, Texts>> = { 'pt-BR': PT, en: EN };
export const titleOf = (type: NotificationType, locale: Locale): string => TEXTS[locale][type].title;
export const defaultBody = (type: NotificationType, locale: Locale): string => TEXTS[locale][type].body;

export const variablesOf = (type: NotificationType): string[] => Object.keys(EXAMPLES[type]);

export const TEMPLATE_MAX = 1_000;
const TEXT_MAX = 3_500;
const VALUE_MAX = 600;
const VARIABLE = /\{([a-z_]{1,32})\}/g;

/** What must be changed in a template before it can be saved, as sentences. */
export function templateFaults(type: NotificationType, body: string): string[] {
  const known = variablesOf(type);
  const faults: string[] = [];
  if (body.trim() === '') faults.push('A template must have some text.');
  if (body.length > TEMPLATE_MAX) faults.push(`A template may have at most ${TEMPLATE_MAX} characters.`);
  const unknown = [...body.matchAll(VARIABLE)].map(([, name = '']) => name).filter((name) => !known.includes(name));
  for (const name of new Set(unknown))
    faults.push(`There is no {${name}} in this type; it has ${known.map((one) => `{${one}}`).join(', ')}.`);
  if (/[{}]/.test(body.replace(VARIABLE, ''))) faults.push('A brace must belong to a variable such as {symbol}.');
  return faults;
}

/** Control characters of a value could make lines that look like ours; line feeds of a message stay. */
const clean = (value: string): string => value.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, VALUE_MAX);

/** Puts the facts into a template. A value is never read as a template, and a name without a value becomes a dash. */
export const renderTemplate = (body: string, facts: MessageFacts): string =>
  body
    .replace(VARIABLE, (_, name: string) => (Object.hasOwn(facts, name) ? clean(facts[name] ?? '') : '—'))
    .slice(0, TEXT_MAX);

const WORDS: Readonly<Record<Locale, { digest: string; more: string; repeated: string }>> = {
  'pt-BR': {
    ...{ digest: 'Resumo: {count} avisos', more: '… e mais {count}.' },
    repeated: '(Repetida: talvez você já tenha recebido esta mensagem.)',
  },
  en: {
    ...{ digest: 'Summary: {count} notices', more: '… and {count} more.' },
    repeated: '(Repeated: you may have received this message already.)',
  },
};

export interface Message {
  title: string;
  text: string;
  /** The page that shows more, from the root of the site; messages that were stored by older versions have none. */
  path?: string;
}

/** The page of what happened: its position or order, else the list where it is. */
export function pathOf(type: NotificationType, facts: MessageFacts): string {
  if (/^\d+$/.test(facts.position ?? '')) return `/positions/${facts.position}`;
  if (/^\d+$/.test(facts.job ?? '')) return `/jobs/${facts.job}`;
  if (type === 'WEBHOOK_RECEIVED') return '/events';
  return type === 'TEST_MESSAGE' ? '/notifications' : '/alerts';
}

/** Several messages as one, in their order. What does not fit is counted. */
export function composeDigest(messages: readonly Message[], locale: Locale): Message {
  const [only] = messages;
  if (messages.length === 1 && only) return only;
  const title = WORDS[locale].digest.replace('{count}', String(messages.length));
  const parts: string[] = [];
  let length = title.length;
  for (const [index, { text }] of messages.entries()) {
    length += text.length + 2;
    if (length > TEXT_MAX && parts.length > 0) {
      parts.push(WORDS[locale].more.replace('{count}', String(messages.length - index)));
      break;
    }
    parts.push(text);
  }
  const [path, ...others] = new Set(messages.map((message) => message.path));
  // Of several things, the log of what was told has all.
  return { title, text: [title, ...parts].join('\n\n'), path: others.length === 0 && path ? path : '/notifications' };
}

export const markRepeated = ({ text, ...message }: Message, locale: Locale): Message => ({
  ...message,
  text: `${text}\n\n${WORDS[locale].repeated}`,
});
