import fc from 'fast-check';
import { expect, it } from 'vitest';
import { groupDue, type DueDelivery } from './group-due.js';
import { happeningsOfAlert, happeningsOfJob, happeningsOfPosition, isNews, type Happening } from './happenings.js';
import { minuteOfDay } from './local-time.js';
import { CHANNEL_KINDS, CHOSEN_TYPES, NOTIFICATION_TYPES, type NotificationType } from './notification-types.js';
import { DEFAULT_PREFERENCES, isQuiet, nextDigest, planDeliveries, type ChannelFacts } from './plan-deliveries.js';
import { whatsAppRecipient } from './recipient.js';
import {
  afterAttempt,
  afterProof,
  isDead,
  isToSwitchOff,
  REPEAT_GUARD,
  retryDelayMs,
  type AttemptFacts,
} from './retry-plan.js';
import {
  composeDigest,
  defaultBody,
  EXAMPLES,
  LOCALES,
  pathOf,
  renderTemplate,
  templateFaults,
  variablesOf,
} from './templates.js';

const NOW = Date.UTC(2026, 10, 30, 15, 0);
const ZONES = ['America/Sao_Paulo', 'America/New_York', 'Europe/London', 'Asia/Kolkata', 'UTC', 'Australia/Lord_Howe'];
const channel = (over: Partial<ChannelFacts> = {}): ChannelFacts => ({
  ...{ id: 1, kind: 'TELEGRAM', isEnabled: true, enabledAt: 0, types: null, isGroup: false },
  ...over,
});
const happened = (type: NotificationType, over: Partial<Happening> = {}): Happening => ({
  ...{ type, key: `${type}:1`, occurredAt: NOW, facts: {} },
  ...over,
});
const minute = fc.integer({ min: 0, max: 1_439 });
const preferences = fc.record({
  timeZone: fc.constantFrom(...ZONES),
  quietHours: fc.option(fc.record({ fromMin: minute, toMin: minute })),
  digest: fc.record({ everyHours: fc.constantFrom(1, 2, 3, 4, 6, 8, 12, 24), atMin: minute }),
  rules: fc.constant({}),
  whatsApp: fc.constant(DEFAULT_PREFERENCES.whatsApp),
});
/** Moments around the changes of clocks in 2026. */
const moment = fc.integer({ min: Date.UTC(2026, 2, 1), max: Date.UTC(2026, 11, 1) });

it('nobody is woken in the quiet hours, and what was held comes within a day and a bit, at their end', () => {
  fc.assert(
    fc.property(preferences, moment, (chosen, now) => {
      const [planned] = planDeliveries(happened('POSITION_CLOSED', { occurredAt: now }), {
        ...{ preferences: chosen, channels: [channel()], now },
      });
      expect(planned).toBeDefined();
      const { dueAt = 0, mode } = planned ?? {};
      expect(isQuiet(chosen.quietHours, minuteOfDay(dueAt, chosen.timeZone))).toBe(false);
      expect(mode).toBe(dueAt === now ? 'NOW' : 'HELD');
      expect(dueAt).toBeGreaterThanOrEqual(now);
      expect(dueAt - now).toBeLessThanOrEqual(26 * 3_600_000);
      if (mode === 'HELD') expect(isQuiet(chosen.quietHours, minuteOfDay(dueAt - 60_000, chosen.timeZone))).toBe(true);
    }),
    { numRuns: 60 },
  );
});

it('a summary comes after now, at its minute or at the end of the quiet hours', () => {
  fc.assert(
    fc.property(preferences, moment, (chosen, now) => {
      const at = nextDigest(now, chosen);
      expect(at).toBeGreaterThan(now);
      expect(at - now).toBeLessThanOrEqual(50 * 3_600_000);
      expect(isQuiet(chosen.quietHours, minuteOfDay(at, chosen.timeZone))).toBe(false);
    }),
    { numRuns: 60 },
  );
});

it('what needs a decision of a person breaks the quiet hours, unless the person says otherwise', () => {
  const quiet = { ...DEFAULT_PREFERENCES, quietHours: { fromMin: 0, toMin: 1_439 } };
  const modeOf = (type: NotificationType) =>
    planDeliveries(happened(type), { preferences: quiet, channels: [channel()], now: NOW })[0]?.mode;
  expect(['SYSTEM_ALERT', 'ORDER_UNKNOWN', 'POSITION_CLOSED'].map((type) => modeOf(type as NotificationType))).toEqual([
    ...['NOW', 'NOW', 'HELD'],
  ]);
});

it('a channel gets only what happened after it was connected, never an alert about itself, and a group nothing', () => {
  const plan = (over: Partial<ChannelFacts>, about = happened('SYSTEM_ALERT')) =>
    planDeliveries(about, { preferences: DEFAULT_PREFERENCES, channels: [channel(over)], now: NOW }).length;
  expect([plan({}), plan({ enabledAt: NOW + 1 }), plan({ isEnabled: false }), plan({ isGroup: true })]).toEqual([
    ...[1, 0, 0, 0],
  ]);
  expect(plan({}, happened('CONNECTION_LOST', { notThrough: 1 }))).toBe(0);
  expect(plan({ kind: 'WEBHOOK', types: ['ORDER_FILLED'] }, happened('ORDER_FILLED'))).toBe(1);
  expect(plan({ kind: 'WEBHOOK', types: ['ORDER_FILLED'] })).toBe(0);
});

it('the switches of WhatsApp hold back messages by WhatsApp and by nothing else', () => {
  const chosen = { ...DEFAULT_PREFERENCES, whatsApp: { ...DEFAULT_PREFERENCES.whatsApp, stopLoss: false } };
  const channels = [channel({ id: 1, kind: 'WHATSAPP' }), channel({ id: 2 })];
  const ids = (type: NotificationType) =>
    planDeliveries(happened(type), { preferences: chosen, channels, now: NOW }).map(({ channelId }) => channelId);
  expect([ids('STOP_LOSS_TRIGGERED'), ids('POSITION_OPENED')]).toEqual([[2], [1, 2]]);
});

const position = {
  ...{ id: 42, symbol: 'SOL/USDT', account: 'main', tradeMode: 'REAL', status: 'CLOSED', closeReason: 'STOP_LOSS' },
  ...{
    qtyTotal: '2',
    priceOpen: '100',
    realizedQuote: '-4.2',
    partlyTakenAt: null as number | null,
    soldQty: '2',
    soldQuote: '196',
  },
  ...{ createdAt: NOW - 9, closedAt: NOW },
};

it('a position tells each type at most once, and a stop is not told again as a close', () => {
  const kinds = (over: Partial<typeof position> = {}) =>
    happeningsOfPosition({ ...position, ...over }, NOW).map(({ type }) => type);
  expect(kinds()).toEqual(['POSITION_OPENED', 'STOP_LOSS_TRIGGERED']);
  expect(kinds({ closeReason: 'MANUAL' })).toEqual(['POSITION_OPENED', 'POSITION_CLOSED']);
  expect(kinds({ status: 'OPEN', partlyTakenAt: NOW })).toEqual(['POSITION_OPENED', 'PARTIAL_TP_TRIGGERED']);
  const [, stop] = happeningsOfPosition(position, NOW);
  expect(stop).toMatchObject({
    key: 'STOP_LOSS_TRIGGERED:42',
    facts: { quantity: '2', price: '98', profit: '-4.2', profit_pct: '-2.1', quote: 'USDT' },
  });
});

it('a later change of a position tells nothing again, even when nobody knows that it was told', () => {
  const late = NOW + 91 * 86_400_000;
  expect(happeningsOfPosition(position, late).filter((one) => isNews(one, late))).toEqual([]);
  expect(happeningsOfPosition(position, NOW).filter((one) => isNews(one, NOW))).toHaveLength(2);
});

it('a job is told when it failed or was refused, and an alert when it begins and ends', () => {
  const job = { ...position, side: 'BUY', reasonCode: 'X', reasonMessage: 'why', webhookEventId: null };
  const of = (status: string) => happeningsOfJob(job, { status, at: NOW }).map(({ type }) => type);
  expect([of('FAILED'), of('SKIPPED'), of('FILLED'), of('EXECUTING')]).toEqual([
    ...[['TRADE_FAILED'], ['SIGNAL_REFUSED'], [], []],
  ]);
  const alert = {
    ...{ id: 5, type: 'ORDER_UNKNOWN', severity: 'high', message: 'm', createdAt: NOW, channelId: null },
  };
  const types = (resolvedAt: number | null) =>
    happeningsOfAlert({ ...alert, resolvedAt, vaultId: null, executionId: null }).map(({ type }) => type);
  expect([types(null), types(NOW)]).toEqual([['ORDER_UNKNOWN'], ['ORDER_UNKNOWN', 'ALERT_RESOLVED']]);
});

it('every default template can be saved, names only what its type has, and leaves no brace behind', () => {
  for (const type of NOTIFICATION_TYPES) {
    for (const locale of LOCALES) {
      const body = defaultBody(type, locale);
      expect([type, templateFaults(type, body)]).toEqual([type, []]);
      expect(renderTemplate(body, EXAMPLES[type])).not.toMatch(/[{}]|—/);
    }
  }
  expect(templateFaults('POSITION_OPENED', 'Hi {nobody} {')).toHaveLength(2);
  expect(templateFaults('POSITION_OPENED', ' ')).toHaveLength(1);
});

it('a value is never read as a template, and cannot make a line of its own', () => {
  fc.assert(
    fc.property(fc.constantFrom(...CHOSEN_TYPES), fc.string({ unit: 'binary', maxLength: 60 }), (type, value) => {
      const [name = ''] = variablesOf(type);
      const text = renderTemplate(`<{${name}}>`, { [name]: value });
      expect(text.startsWith('<') && text.endsWith('>')).toBe(true);
      expect(text).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
    }),
  );
  expect(renderTemplate('{symbol}', { symbol: '{account}', account: 'secret' })).toBe('{account}');
  expect(renderTemplate('{constructor}{symbol}', {})).toBe('——');
});

it('a summary has every message in its order, or says how many are missing', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 2, maxLength: 60 }), (lengths) => {
      const messages = lengths.map((length, n) => ({ title: 't', text: `${n}:${'x'.repeat(length)}` }));
      const { text } = composeDigest(messages, 'en');
      const shown = text.split('\n\n').filter((part) => /^\d+:/.test(part)).length;
      const missing = Number(/and (\d+) more/.exec(text)?.[1] ?? 0);
      expect(shown + missing).toBe(messages.length);
      expect(text.length).toBeLessThan(4_600);
    }),
  );
});

it('groups nothing that was tried, nothing of a program, and loses nothing of what is due', () => {
  const due = fc.array(
    fc.record({
      mode: fc.constantFrom('NOW', 'HELD', 'DIGEST') as fc.Arbitrary<DueDelivery['mode']>,
      isTried: fc.boolean(),
    }),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(due, fc.boolean(), (list, isProgram) => {
      let rest = list.map((one, id) => ({ id, ...one }));
      for (let round = 0; rest.length > 0; round++) {
        const group = groupDue(rest, { isProgram });
        expect(group[0]).toBe(rest[0]?.id);
        const members = rest.filter(({ id }) => group.includes(id));
        if (members.some(({ isTried }) => isTried) || isProgram) expect(group).toHaveLength(1);
        expect(new Set(members.map(({ mode }) => mode)).size).toBe(1);
        rest = rest.filter(({ id }) => !group.includes(id));
        expect(round).toBeLessThan(41);
      }
    }),
  );
});

const attempt = (over: Partial<AttemptFacts> = {}): AttemptFacts => ({
  ...{ kind: 'WHATSAPP', dueSince: NOW - 1_000, failures: 1, repeats: 0, now: NOW, chance: 0.5 },
  ...over,
});

it('what may have arrived is sent again only with a key, or once with a mark, and never without proof otherwise', () => {
  fc.assert(
    fc.property(fc.constantFrom(...CHANNEL_KINDS), fc.nat(5), fc.nat(30), (kind, repeats, failures) => {
      const step = afterAttempt({ kind: 'UNKNOWN', reason: 'cut' }, attempt({ kind, repeats, failures }));
      const guard = REPEAT_GUARD[kind];
      if (guard === 'ASK') expect(step.do).toBe('ASK');
      if (guard === 'KEY') expect(step.do).toBe('RETRY');
      if (guard === 'MARK') expect(step.do).toBe(repeats === 0 ? 'RETRY' : 'FAIL');
    }),
  );
  const crashed = (repeats: number) =>
    afterAttempt({ kind: 'UNKNOWN', reason: 'died' }, attempt({ kind: 'TELEGRAM', repeats, isCrash: true })).do;
  expect([crashed(0), crashed(19), crashed(20)]).toEqual(['RETRY', 'RETRY', 'FAIL']);
  const proof = (said: Parameters<typeof afterProof>[0], ageMs: number) =>
    afterProof(said, { ...attempt(), unknownSince: NOW - ageMs }).do;
  expect([proof('HAS_IT', 0), proof('HAS_NOT', 5_000), proof('HAS_NOT', 60_000)]).toEqual(['SENT', 'ASK', 'RETRY']);
  expect([proof('CANNOT_TELL', 60_000), proof('NO_ANSWER', 60_000)]).toEqual(['FAIL', 'ASK']);
});

it('what surely did not arrive is tried for a day, a webhook for three, and a message that nobody takes ends at once', () => {
  const hour = 3_600_000;
  const step = (ageMs: number, kind: AttemptFacts['kind'] = 'EMAIL') =>
    afterAttempt({ kind: 'UNSENT', reason: 'away' }, attempt({ kind, dueSince: NOW - ageMs })).do;
  expect([step(23 * hour), step(25 * hour), step(71 * hour, 'WEBHOOK'), step(73 * hour, 'WEBHOOK')]).toEqual([
    ...['RETRY', 'FAIL', 'RETRY', 'FAIL'],
  ]);
  const refused = (fault: 'MOMENT' | 'MESSAGE' | 'CHANNEL' | 'GONE') =>
    afterAttempt({ kind: 'REFUSED', fault, reason: 'no' }, attempt()).do;
  expect([refused('MOMENT'), refused('MESSAGE'), refused('CHANNEL'), refused('GONE')]).toEqual([
    ...['RETRY', 'FAIL', 'RETRY', 'FAIL'],
  ]);
});

it('pauses grow, are spread, and obey the other side', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.float({ min: 0, max: 1, noNaN: true }), (failures, chance) => {
      const delay = retryDelayMs(failures, chance);
      expect(delay).toBeGreaterThanOrEqual(1_800);
      expect(delay).toBeLessThanOrEqual(66 * 60_000);
      expect(retryDelayMs(failures + 3, chance)).toBeGreaterThanOrEqual(delay);
      expect(retryDelayMs(failures, chance, 90_000)).toBeGreaterThanOrEqual(90_000);
    }),
  );
});

it('a dead channel is recognized within 40 s at the slowest answers, and a broken one at once', () => {
  const ATTEMPT_MS = 10_000;
  let [at, failures] = [0, 0];
  for (; ; failures++) {
    if (isDead({ failures, failingSince: failures > 0 ? 0 : null, isBroken: false }, at)) break;
    at += failures > 0 ? retryDelayMs(failures, 1) : 0;
    at += ATTEMPT_MS;
  }
  expect(at).toBeLessThanOrEqual(40_000);
  expect(isDead({ failures: 1, failingSince: NOW, isBroken: true }, NOW)).toBe(true);
  expect(isDead({ failures: 1, failingSince: NOW, isBroken: false }, NOW + 5_000)).toBe(false);
  const off = (failed: number, hours: number) =>
    isToSwitchOff('WEBHOOK', { failures: failed, failingSince: NOW, isBroken: true }, NOW + hours * 3_600_000);
  expect([off(20, 24), off(19, 24), off(20, 23)]).toEqual([true, false, false]);
});

it('numbers of Brazil get their country, and groups stay as they are', () => {
  expect(whatsAppRecipient('(11) 98765-4321')).toEqual({ recipient: '5511987654321', type: 'phone' });
  expect(whatsAppRecipient('1133334444')).toEqual({ recipient: '551133334444', type: 'phone' });
  expect(whatsAppRecipient('5511987654321')).toEqual({ recipient: '5511987654321', type: 'phone' });
  expect(whatsAppRecipient('+351 912 345 678')).toEqual({ recipient: '351912345678', type: 'phone' });
  expect(whatsAppRecipient('120363040000000000@g.us')?.type).toBe('group');
  expect(['me', '123', '1@c.us', ''].map(whatsAppRecipient)).toEqual([null, null, null, null]);
});

it('a message leads to its position or order, an alert to the alerts, and several to the log', () => {
  const paths = NOTIFICATION_TYPES.map((type) => [type, pathOf(type, EXAMPLES[type])]);
  expect(Object.fromEntries(paths)).toMatchObject({
    ...{ STOP_LOSS_TRIGGERED: '/positions/42', ORDER_FILLED: '/positions/42', TRADE_FAILED: '/jobs/7' },
    ...{ SIGNAL_REFUSED: '/jobs/7', SYSTEM_ALERT: '/alerts', VAULT_ALERT: '/alerts', WEBHOOK_RECEIVED: '/events' },
    TEST_MESSAGE: '/notifications',
  });
  // A fact is text of others: it never becomes an address.
  expect(pathOf('POSITION_OPENED', { position: '42/../../evil', job: '//evil.example' })).toBe('/alerts');
  const [one, two] = [
    { title: 'a', text: 'a', path: '/jobs/7' },
    { title: 'b', text: 'b', path: '/jobs/8' },
  ];
  expect([[one], [one, one], [one, two]].map((some) => composeDigest(some, 'en').path)).toEqual([
    ...['/jobs/7', '/jobs/7', '/notifications'],
  ]);
});
