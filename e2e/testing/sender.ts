const TIMEOUT_MS = 45_000;
const ANSWER_LIMIT_MS = 3_000;
const PAUSE_MS = 50;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export interface Signal {
  id: string;
  ticker: string;
  action: 'buy' | 'sell';
  price?: string;
}

/** The answer to an accepted POST. */
export interface Receipt {
  status: number;
  receipt: string;
  event_uid: string;
  duplicate: boolean;
  accounts: number;
}

/** Sends one POST as TradingView does. Rejects without a complete answer within three seconds. */
export async function post(url: string, signal: Signal): Promise<Receipt> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(signal),
    signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
  });
  return { status: answer.status, ...((await answer.json()) as Omit<Receipt, 'status'>) };
}

/** Repeats the same POST until it is answered with 2xx. A refusal is an error at once. */
export async function send(url: string, signal: Signal): Promise<Receipt> {
  const until = Date.now() + TIMEOUT_MS;
  for (;;) {
    const answer = await post(url, signal).catch((error: unknown) => error as Error);
    if (!(answer instanceof Error)) {
      if (answer.status < 300) return answer;
      if (answer.status < 500) throw new Error(`refused with ${answer.status}: ${JSON.stringify(answer)}`);
    }
    if (Date.now() > until)
      throw new Error(`not taken after ${TIMEOUT_MS} ms: ${JSON.stringify(signal)}`, { cause: answer });
    await sleep(PAUSE_MS);
  }
}
