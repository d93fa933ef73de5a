import { render, screen } from '@testing-library/react';
import { IntlProvider } from 'use-intl';
import { expect, it } from 'vitest';
import schema from '../../../schema.graphql?raw';
import { sentenceTranslator, textOf } from '../lib/reason-sentences';
import { setPreferences } from '../lib/preferences';
import { AlertText } from '../ui/alert-text';
import { PT_BR_SENTENCES } from './reason-sentences.pt-br';
import en from './shared/shell.en.json';
import ptBr from './shared/shell.pt-BR.json';

/** What the server writes, of every type of alert. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  UNPROTECTED_POSITION: [
    '1 open position of BTC/USDT at Binance cannot be sold: the account is switched off, has no keys, or trading with real money is off. No exit fires.',
    '2 open positions of BTC/USDT at Binance: no process watches its prices. Exits fire only by the safety sweep, if at all.',
    '2 open positions of BTC/USDT at Binance: the price is too old. No exit fires until a fresh one comes.',
    '12 open positions of BTC/USDT at Binance without a stop loss, trailing stop or time stop: #4, #5, …. Nothing limits a loss.',
  ],
  ORDER_UNKNOWN: ['It is not known whether the exchange has order mv-1-2 (BTC/USDT).'],
  ORDER_NOT_OURS: [
    'Binance: an order at the exchange was not made by this program: BUY 1.5 BTC/USDT at 62000.5. 3 such orders wait for your review. New positions on this account are paused until you resume them; exits go on.',
    'Binance: an order at the exchange was not made by this program: SELL 1 BTC/USDT.',
  ],
  KEY_MAY_WITHDRAW: [
    'The API key of Binance may withdraw. New positions are paused on this account until you replace the key or accept that it may withdraw.',
  ],
  MISSED_SIGNAL: [
    'Caça Fundo has sent nothing since 2026-11-30T10:00:00.000Z. By its rhythm, a signal was due at 2026-11-30T12:00:00.000Z at the latest.',
    'Caça Fundo: number 7 of its sequence did not come.',
    'Caça Fundo: the numbers 7 to 9 of its sequence did not come. There are 2 such places in the last 24 hours.',
    'Caça Fundo: its strategy on BTC/USDT was long before its last message, but the message before left it flat. A signal between them did not come.',
    'Caça Fundo: its strategy was short before its last message, but the message before left it flat. A signal between them did not come.',
  ],
  WEBHOOK_SILENT: [
    'Caça Fundo has never sent anything. Check the sender, or switch the source off.',
    'Caça Fundo last sent something on 2026-11-20T10:00:00.000Z. Check the sender, or switch the source off.',
  ],
  LEDGER_DRIFT: [
    'The kept totals of BTC/USDT in account 3 do not follow from its positions and fills. The realized result is too high by 0.21003. The number of gains is too low by 1. 2 totals of this symbol differ. Somebody or something changed them in the database. The sums of the dashboard are wrong until they are put right; positions, vaults and exits are not concerned. Trust the list of positions, and tell the administrator.',
    'The kept totals of BTC/USDT in account 3 from 2026-11-30T10:15:00.000Z on, for a quarter of an hour, do not follow from its positions and fills. The cost of the open positions is too high by 1.',
    'The USDT balance of vault 3 is 10.5, but its history says 10. Somebody or something changed it in the database. Do not trust it until this is explained: compare it with the exchange, and tell the administrator.',
    'The remaining quantity of position 3 is 0.0009, but its history says 0.001.',
    'Vault 3 lacked 0.5 USDT for job 9: the order cost more than the vault held.',
  ],
  POSITION_INVALID_QTY: [
    'Job 9, order mv-1-2: 0.5 was sold beyond what the positions had reserved.',
    'Job 9, order mv-1-2: the exchange reports 2 trades of an order that is CANCELED here.',
    'Job 9, order mv-1-2: the exchange holds an order that is REJECTED here.',
    'Binance has 0.5 BTC at the exchange, but its open positions say 0.75: 0.25 BTC are missing. They were sold, moved or paid as fees outside of this program. Bring them back, or close the position as reconciled. An exit sells what is there.',
  ],
  POSITION_SHORTFALL: [
    '0.5 BTC of position 4 (BTC/USDT), worth 30000 USDT, were not in the wallet when job 9 sold it: moved, sold or paid as fees elsewhere. What was there was sold.',
  ],
  POSITION_UNSELLABLE: [
    'Position 4 (BTC/USDT) stays open although it was to be sold. The wallet does not hold the coins that were to be sold. Bring the coins back, or close the position as reconciled when they are gone for good.',
    'Position 4 (BTC/USDT) stays open although it was to be sold. The wallet has 1 BTC free, 2 were to be sold; other orders hold 1 BTC. Cancel the other orders at the exchange.',
    'Position 4 (BTC/USDT) stays open although it was to be sold. 0.1 BTC are worth 4 USDT at 40.5; the market sells from 0.2 BTC and 5 USDT on. It is sold when it is worth enough again.',
  ],
  TRIGGER_MISSED: [
    'The STOP_LOSS of position 4 (BTC/USDT) was due at 61000.5, 2026-11-30T10:00:00.000Z, but only the safety sweep fired it.',
  ],
  RECONCILE_FAILED: [
    'Binance could not be compared with its exchange for 12 minutes. The comparison is retried. Until it succeeds, changes at the exchange are not visible here. Last reason: Nothing was sent to Binance: the connection failed (ECONNREFUSED).',
  ],
  VAULT_NOT_COVERED: [
    'Vault 3 is not covered: 100 USDT are set apart, but the accounts hold 90.5 USDT. Orders may be refused by the exchange.',
  ],
  STALE_PRICES: [
    'No price of BINANCE:BTC/USDT has come. Exits of its positions wait until prices come again.',
    'The last price of SIMULATION:BTC/USDT is from 2026-11-30T10:00:00.000Z. Exits of its positions wait until prices come again.',
  ],
  SERVICE_DOWN: ['No process with the role monitor has reported for 100 s.'],
  PROCESS_STUCK: [
    'Process 7 (api) has not reported for 100 s and was not stopped. It died or hangs.',
    'Process 7 (api) stood still for 12 s. Nothing of it ran in that time.',
  ],
  HIGH_CPU: ['Process 7 (api) uses 95 % of all processors and more. Signals and exits may be late.'],
  HIGH_MEMORY: ['Process 7 (api) uses 93 % of its memory and may be ended by the system.'],
  HIGH_DISK_USAGE: ['The disk of /backup is 91 % full. When it is full, the database stops and nothing trades.'],
  QUEUE_BACKLOG: ['501 jobs wait to be executed, the oldest for 70 s.'],
  SAFETY_JOB_PAUSED: [
    'The scheduled job sl_tp_monitor_real is paused. If the tick engine misses an exit, nothing fires it. Resume it.',
  ],
  SCHEDULED_JOB_FAILED: [
    'The scheduled job backup did not succeed 3 times in a row. Last reason: The run took longer than 60000 ms.',
    'The scheduled job backup did not succeed 3 times in a row. Last reason: the disk is full',
  ],
  CLOCK_SKEW: [
    "The clock of process 7 (executor) on host-1 is 14.0 s ahead of the database's. It does not trade: it opens no position, leaves exits to other processes and sells only what none of them took. Set the clock of its machine right (NTP).",
    "The clock of process 7 (executor, monitor) on host-1 is 2.5 s behind the database's. It continues with the time of the database. Beyond 5 s it stops trading. Set the clock of its machine right (NTP).",
  ],
  REDIS_AWAY: [
    'Redis cannot be reached by process 7 (executor) on host-1. Exits, signals and orders continue through the database; signals may take some seconds longer. Check Redis.',
    'Redis does not answer process 7 (executor) on host-1. Check Redis.',
    'Redis takes no writes of process 7 (executor) on host-1: its memory or disk is full, or it is a replica of another Redis. Check Redis.',
  ],
  NOTIFICATION_CHANNEL_DOWN: [
    'The channel "Phone" (WHATSAPP) was switched off, because it failed for a day. Its events are kept and go out when you switch it on again. Last reason: HTTP 500: not the right day',
    'The channel "Phone" (EMAIL) delivers nothing. Messages wait and are tried again. Last reason: SMTP 550: no such user',
  ],
  NOTIFICATION_SERVER_DOWN: [
    'The server of WhatsApp sends nothing: The connection is "close"; scan the code again.',
    'The server of WhatsApp sends nothing: HTTP 500: the engine is down',
    'The mail server cannot be used: connect ECONNREFUSED of the server',
  ],
};

const types = [...(/^enum AlertType \{(.*?)^\}/ms.exec(schema)?.[1] ?? '').matchAll(/^ {2}([A-Z_]+)$/gm)].map(
  ([, type = '']) => type,
);
const translate = sentenceTranslator(PT_BR_SENTENCES);
/** Words of English sentences that no Portuguese one has. */
const ENGLISH =
  /(?<!\p{L})(?:the|and|of|is|are|was|were|not|this|that|with|it|its|at|but|or|by|for|from|has|have|on|to)(?!\p{L})/iu;

it('every type of alert has a title in both languages, and an example here', () => {
  expect(types.length).toBeGreaterThan(20);
  for (const known of [en.words.alert, ptBr.words.alert, EXAMPLES])
    expect(Object.keys(known).sort()).toEqual(types.toSorted());
});

it.each(Object.values(EXAMPLES).flat())('this alert is Portuguese as a whole, but for quotations: %s', (message) => {
  const parts = translate(message);
  expect(parts).toBeDefined();
  expect(textOf((parts ?? []).filter(({ isQuotation }) => !isQuotation))).not.toMatch(ENGLISH);
});

const show = (type: string, message: string) =>
  render(
    <IntlProvider
      locale="pt-BR"
      messages={{ words: ptBr.words, reasonSentences: sentenceTranslator(PT_BR_SENTENCES) as never }}
    >
      <p data-testid="alert">
        <AlertText type={type} message={message} />
      </p>
    </IntlProvider>,
  );

it('what another program said is marked as a quotation inside the translated text', () => {
  setPreferences({ locale: 'pt-BR', zone: 'UTC' });
  show('SCHEDULED_JOB_FAILED', EXAMPLES.SCHEDULED_JOB_FAILED?.[1] ?? '');
  const quoted = screen.getByText('the disk is full');
  expect([quoted.lang, quoted.dataset.quotation]).toEqual(['en', 'true']);
  expect(screen.getByTestId('alert').textContent).toBe(
    'A tarefa agendada backup não deu certo 3 vezes seguidas. Último motivo: the disk is full',
  );
});

it('a time is shown in the zone of the reader, and a number with a comma', () => {
  setPreferences({ locale: 'pt-BR', zone: 'UTC' });
  show('TRIGGER_MISSED', EXAMPLES.TRIGGER_MISSED?.[0] ?? '');
  const shown = screen.getByTestId('alert').textContent;
  expect(shown).toMatch(/a 61000,5, 30 de nov\.,? 10:00:00, mas só/);
  expect(shown).not.toContain('2026-');
});

it('an unknown text stands behind the kind of the alert, marked as English', () => {
  setPreferences({ locale: 'pt-BR', zone: 'UTC' });
  show('REDIS_AWAY', 'Some older words.');
  expect(screen.getByTestId('alert').textContent).toBe('O Redis não responde. Some older words.');
  expect(screen.getByText('Some older words.').lang).toBe('en');
});
