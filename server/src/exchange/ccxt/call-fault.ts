import { ExchangeFault, toExchangeFault } from '../exchange-fault.js';
import type { Dialect, ErrorMeaning } from './dialects/dialect.js';
import type { WireTrace } from './session/wire.js';

/**
 * A failed call to an exchange, classified by what happened on the network. The message is for people and logs: unlike
 * the errors of ccxt, it never contains an address, a key or a signature.
 *
 * notSent   nothing left: the exchange cannot have it
 * answered  the exchange refused with a code
 * silent    no readable answer: whether it was done is not known
 */
export class CallFault extends ExchangeFault {
  override name = 'CallFault';
  readonly kind: 'notSent' | 'answered' | 'silent';
  /** The meaning of the exchange's code, if its documentation defines one for certain. */
  readonly errorMeaning: ErrorMeaning | undefined;

  constructor(
    kind: CallFault['kind'],
    message: string,
    {
      general = new ExchangeFault('OTHER'),
      errorMeaning,
    }: { general?: ExchangeFault; errorMeaning?: ErrorMeaning | undefined } = {},
  ) {
    super(general.code, general.exchangeCode);
    this.kind = kind;
    this.message = message;
    this.errorMeaning = errorMeaning;
  }
}

const TEXT_MAX = 200;
/** Words in exchange messages that repeat the signed text or the key. */
const TELLING = /sign|key|origin_string|secret|passphrase/i;

/** A refusal in an answer. With a 5xx status it comes from a failing server, so nothing certain follows from it. */
export function answeredFault(
  { title, errorMeanings }: Dialect,
  { code, text }: { code: string; text: string },
  status: number,
): CallFault {
  const entry = Object.hasOwn(errorMeanings, code) ? errorMeanings[code] : undefined;
  const errorMeaning = status >= 500 ? undefined : typeof entry === 'function' ? entry(text) : entry;
  const said = TELLING.test(text) ? '' : text.replace(/\s+/g, ' ').slice(0, TEXT_MAX);
  const message =
    said === '' ? `${title} answered with a refusal (code ${code}).` : `${title} answered "${said}" (code ${code}).`;
  const general = toExchangeFault(new Error(`{"code":"${code}"} ${code}`));
  return new CallFault('answered', message, { general, errorMeaning });
}

/** Classifies an error of ccxt by what was sent and what was received, not by its class. */
export function faultOfError(dialect: Dialect, error: unknown, { wireExchanges }: WireTrace): CallFault {
  if (error instanceof CallFault) return error;
  const { title } = dialect;
  const general = isExhausted(error) ? new ExchangeFault('RATE_LIMITED') : toExchangeFault(error);
  const sent = wireExchanges.filter(({ left }) => left);
  if (sent.length === 0)
    return new CallFault('notSent', `Nothing was sent to ${title}: ${reasonOf(error)}.`, { general });
  // Lists can take several requests at once. A call about one order is always one request.
  const answers = sent.flatMap(({ answer }) => answer ?? []);
  for (const { body, status } of answers) {
    const fault = dialect.faultIn(readJson(body));
    if (fault) return answeredFault(dialect, fault, status);
  }
  const last = answers.at(-1);
  if (!last || answers.length < sent.length)
    return new CallFault('silent', `${title} did not answer: ${reasonOf(error)}.`, { general });
  const isFine = last.status >= 200 && last.status < 300;
  const message = isFine
    ? `${title} answered something that could not be read.`
    : `${title} answered with HTTP ${last.status} and no code.`;
  return new CallFault('silent', message, { general });
}

const isExhausted = (error: unknown): boolean => (error as { name?: string } | null)?.name === 'BudgetExhausted';

/** The reason in our own words, because messages of libraries repeat addresses with their query strings. */
function reasonOf(error: unknown): string {
  const { name = '', message = '', code } = error as { name?: string; message?: string; code?: unknown };
  if (name === 'RequestTimeout' || name === 'AbortError') return 'the time limit passed';
  if (name === 'BudgetExhausted') return `the exchange allows no more for now, ${message}`;
  if (name === 'TooLateToSend') return 'it had waited too long here';
  if (name === 'PrivateAddressError') return 'its proxy leads to a private address';
  if (name === 'AuthenticationError') return 'a credential is missing or cannot be used for signing';
  const text = typeof code === 'string' ? code : message;
  const [word] = /\b(?:E[A-Z]{4,}|[A-Z]+_CERT[A-Z_]*|ERR_[A-Z_]+)\b/.exec(text) ?? [];
  if (word) return `the connection failed (${word})`;
  return /socket hang up|aborted/.test(message) ? 'the connection was lost' : `the request failed (${name || 'Error'})`;
}

export function readJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
