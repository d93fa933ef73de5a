import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * How a fake answers a request. OK takes it. LOSE takes it and never answers; CUT takes it and closes the connection.
 * DROP closes the connection without taking it. A number refuses it with this status. SLOW takes it after `slowMs`.
 */
export type Mood = 'OK' | 'LOSE' | 'CUT' | 'DROP' | 'SLOW' | number;

/** A message that a fake took. */
export interface Taken {
  channel: 'whatsapp' | 'telegram' | 'ntfy' | 'push' | 'webhook';
  path: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
  json: Record<string, unknown>;
  /** What makes it the same message when it comes again. */
  key: string | null;
  text: string;
}

export interface FakeChannels {
  url: string;
  taken: Taken[];
  /** The number of requests of any kind, also refused ones. */
  requests: number;
  /** How the next requests are answered, one after the other; later ones are OK. */
  next(...moods: Mood[]): void;
  /** How every request is answered from now on. */
  always(mood: Mood): void;
  slowMs: number;
  evolution: { oldBody: boolean; state: string; storesMessages: boolean; apiKey: string };
  stop(): Promise<void>;
}

const jsonOf = (body: Buffer): Record<string, unknown> => {
  try {
    return JSON.parse(body.toString()) as Record<string, unknown>;
  } catch {
    return {};
  }
};

function read(request: IncomingMessage, body: Buffer): Taken {
  const { url: path = '/', headers } = request;
  const json = jsonOf(body);
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  if (path.startsWith('/message/sendText/')) {
    const inner = (json.textMessage as { text?: unknown } | undefined)?.text;
    return { channel: 'whatsapp', path, headers, body, json, key: null, text: text(json.text ?? inner) };
  }
  if (path.includes('/sendMessage'))
    return { channel: 'telegram', path, headers, body, json, key: null, text: text(json.text) };
  if (path.startsWith('/push')) {
    return { channel: 'push', path, headers, body, json, key: String(headers.topic ?? ''), text: '' };
  }
  if (path.startsWith('/hook')) {
    return { channel: 'webhook', path, headers, body, json, key: String(headers['webhook-id'] ?? ''), text: '' };
  }
  return { channel: 'ntfy', path, headers, body, json, key: text(json.sequence_id), text: text(json.message) };
}

const answer = (response: ServerResponse, status: number, value: unknown) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
};

/** What Evolution API answers beside sending. */
function ofEvolution(
  fake: FakeChannels,
  { request, response, body }: { request: IncomingMessage; response: ServerResponse; body: Buffer },
): boolean {
  const { url: path = '' } = request;
  const isEvolution = /^\/(message|chat|instance)\//.test(path);
  if (!isEvolution) return false;
  if (request.headers.apikey !== fake.evolution.apiKey) {
    answer(response, 401, { error: 'Unauthorized' });
    return true;
  }
  if (path.startsWith('/instance/connectionState/')) {
    answer(response, 200, { instance: { instanceName: 'main', state: fake.evolution.state } });
    return true;
  }
  if (!path.startsWith('/chat/findMessages/')) return false;
  const { where } = jsonOf(body) as { where?: { key?: { remoteJid?: string } } };
  const remoteJid = where?.key?.remoteJid;
  const records = (fake.evolution.storesMessages ? fake.taken : [])
    .filter(({ channel }) => channel === 'whatsapp')
    .map(({ json, text }) => ({ to: String(json.number), text }))
    .filter(({ to }) => remoteJid === undefined || remoteJid.startsWith(to))
    .map(({ to, text }) => ({ key: { remoteJid: to, fromMe: true }, message: { conversation: text } }))
    .reverse();
  answer(response, 200, {
    messages: { total: records.length, pages: 1, currentPage: 1, records: records.slice(0, 50) },
  });
  return true;
}

/** Evolution API, Telegram, ntfy, a push service and receivers of webhooks, on one socket of this machine. */
export async function startFakeChannels(): Promise<FakeChannels> {
  let moods: Mood[] = [];
  let standing: Mood = 'OK';
  const waiting = new Set<NodeJS.Timeout>();
  const fake: FakeChannels = {
    ...{ url: '', taken: [], requests: 0, slowMs: 500 },
    evolution: { oldBody: false, state: 'open', storesMessages: true, apiKey: 'key-of-evolution' },
    next: (...given) => void moods.push(...given),
    always(mood) {
      moods = [];
      standing = mood;
    },
    async stop() {
      for (const timer of waiting) clearTimeout(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      fake.requests++;
      const body = Buffer.concat(parts);
      if (ofEvolution(fake, { request, response, body })) return;
      const mood = moods.shift() ?? standing;
      const take = () => {
        const message = read(request, body);
        if (message.channel === 'whatsapp' && fake.evolution.oldBody !== 'textMessage' in message.json) {
          const wanted = fake.evolution.oldBody ? 'textMessage' : 'text';
          return answer(response, 400, { response: { message: [[`instance requires property "${wanted}"`]] } });
        }
        fake.taken.push(message);
        if (mood === 'CUT') return request.socket.destroy();
        if (mood !== 'LOSE') answer(response, 200, { ok: true, result: { message_id: fake.taken.length } });
      };
      if (mood === 'DROP') request.socket.destroy();
      else if (typeof mood === 'number') answer(response, mood, { error: 'refused' });
      else if (mood === 'SLOW') waiting.add(setTimeout(take, fake.slowMs));
      else take();
    });
  });

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  fake.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return fake;
}
