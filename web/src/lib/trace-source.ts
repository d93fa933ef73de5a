/**
 * The source of a number in a trace, as a message key and values. The server writes these sentences in English and
 * stores them with the job. They are parsed here to be shown in the user's language. A new sentence of the server is
 * shown in English until it is added here.
 */
const SENTENCES: [key: string, sentence: RegExp][] = [
  ['signal', /^signal$/],
  [
    'market',
    /^step (?<step>\S+), tick (?<tick>\S+), minimum (?<least>\S+) (?<base>\S+) and (?<worth>\S+) (?<quote>\S+)$/,
  ],
  ['parameterOf', /^side (?<side>[A-Z]+), (?<orderType>[A-Z]+), as changed on (?<at>\S+)$/],
  ['parameterShare', /^parameter (?<id>\d+), as changed on (?<at>\S+): sells (?<share>\S+) % of the position$/],
  ['parameter', /^parameter (?<id>\d+), as changed on (?<at>\S+)$/],
  ['fixedAmount', /^parameter (?<id>\d+), (?:fixed amount|quote_amount_fixed)$/],
  ['shareOfBalance', /^parameter (?<id>\d+), (?:percent of the balance|quote_amount_pct_balance)$/],
  ['quote', /^(?<feed>.+), (?<kind>ask|bid|last), (?<age>\d+) ms old$/],
  ['quoteFuture', /^(?<feed>.+), (?<kind>ask|bid|last), from the future$/],
  ['paid', /^position (?<id>\d+), what was paid: for values only$/],
  ['freeOfPosition', /^position (?<id>\d+), not promised to other sells$/],
  ['position', /^position (?<id>\d+)$/],
  ['vault', /^vault (?<id>\d+), (?<asset>\S+)$/],
  ['balance', /^account balance, (?<asset>[^\s,]+)$/],
  ['balanceRead', /^account balance, (?<asset>[^\s,]+), read (?<seconds>\d+) s ago$/],
  ['balanceLess', /^account balance, (?<asset>[^\s,]+), read (?<seconds>\d+) s ago, less (?<spent>\S+) of buys since$/],
  ['binding', /^binding$/],
  ['signalDown', /^signal price, down to the tick (?<tick>\S+)$/],
  ['signalUp', /^signal price, up to the tick (?<tick>\S+)$/],
  ['bought', /^(?<amount>\S+) (?<asset>\S+) \/ price, down to the step (?<step>\S+)$/],
  ['reserve', /^amount and (?<bps>\d+) bps, at most what is available$/],
  ['eligible', /^(?<some>\d+) of (?<all>\d+) open positions, (?<asset>\S+)$/],
  ['step', /^down to the step (?<step>\S+)$/],
  ['oldestFirst', /^sold, oldest first$/],
  ['notPromised', /^(?<amount>\S+) (?<asset>\S+) not promised$/],
  ['tick', /^the tick that fired$/],
  ['priceAndOpening', /^price and opening price$/],
  ['below', /^(?<pct>\S+) % below (?<price>\S+)$/],
  ['leastProfit', /^(?<pct>\S+) %, at least the minimum profit$/],
  ['pct', /^(?<pct>-?[\d.]+) %$/],
  ['shareOf', /^(?<pct>[\d.]+) % of (?<amount>[\d.]+)$/],
  ['owner', /^the owner$/],
  ['foreign', /^trades at the exchange, noted as order (?<id>\S+) of others$/],
  ['ownerUp', /^the owner, up to the tick (?<tick>\S+)$/],
  ['ownerDown', /^the owner, down to the step (?<step>\S+)$/],
  ['adopted', /^the owner, when the holding was adopted$/],
  ['changedShare', /^changed by the owner: sells (?<share>\S+) % of the position$/],
  ['changed', /^changed by the owner$/],
  ['before', /^job (?<id>\d+) came before$/],
  ['noParameter', /^no trade parameter covered the symbol when it was opened$/],
  ['wallet', /^the wallet, asked after the exchange refused the order; (?<amount>\S+) (?<asset>\S+) are missing$/],
];

export interface TraceSource {
  key: string;
  values: Record<string, string>;
}

/** Parses a sentence; null when it is unknown. */
export function readTraceSource(sentence: string): TraceSource | null {
  for (const [key, pattern] of SENTENCES) {
    const found = pattern.exec(sentence);
    if (found) return { key, values: { ...found.groups } };
  }
  return null;
}

/**
 * The message keys of all sources. The tests compare the messages of the page with them.
 * @public
 */
export const TRACE_SOURCES: readonly string[] = SENTENCES.map(([key]) => key);
