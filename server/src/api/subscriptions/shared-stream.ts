import { subscribe, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { GraphqlContext, StreamPlace } from '../../graphql/context.js';
import { apiError } from '../../graphql/errors.js';

/** One client of a shared stream. */
export interface StreamClient {
  /** Sends one message; the payload is JSON, the same bytes for all clients of a stream. */
  post(payload: Uint8Array): void;
  /** The same; resolves when it has left this process. */
  send(payload: Uint8Array): Promise<void>;
  /** Bytes that the client has not read yet. */
  unreadBytes(): number;
}

/** A subscription as a client asked for it. */
export interface StreamRequest {
  /** The same for all clients that get the same messages: user, document and variables. */
  key: string;
  userId: number;
  /** The newest event that the client has; undefined = it starts now. */
  after: number | undefined;
  client: StreamClient;
  /** Runs the operation, with a context of its own that has this place. */
  argsFor(place: StreamPlace): ExecutionArgs & { contextValue: GraphqlContext };
  /** The JSON of one message. */
  encode(result: ExecutionResult): string;
}

/** A client with more unread bytes, or more messages that wait for its replay, is told to come back with its cursor. */
const UNREAD_BYTES_MAX = 4 * 1024 * 1024;
const WAITING_MAX = 1_000;

interface Message {
  seq: number;
  payload: Uint8Array;
}

interface Member {
  client: StreamClient;
  /** Events up to this one are known to the client. */
  after: number;
  /** Messages that came while the client still reads earlier events; undefined = it has read them. */
  waiting: Message[] | undefined;
  /** Ends the subscription of this client: without an error when the stream ended. */
  end(error?: unknown): void;
}

type Results = AsyncGenerator<ExecutionResult, void, void>;

/** The operation once, for all clients that asked for the same. */
class SharedStream {
  readonly members = new Set<Member>();
  /** Resolves with the first results, or the errors of an operation that could not start. */
  readonly started: Promise<void>;
  /** The newest event that all members have got. */
  seq = 0;
  private results: Results | undefined;
  private isOver = false;

  constructor(
    private readonly request: StreamRequest,
    private readonly onEnd: () => void,
  ) {
    let begin = (): void => undefined;
    const hasBegun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const place: StreamPlace = {
      after: undefined,
      started: (seq) => {
        this.seq = seq;
        begin();
      },
    };
    const running = this.run(place);
    this.started = Promise.race([hasBegun, running]);
    this.started.catch(() => undefined);
    running.then(
      () => this.end(),
      (error: unknown) => this.end(error),
    );
  }

  leave(member: Member): void {
    this.members.delete(member);
    if (this.members.size === 0) this.end();
  }

  private async run(place: StreamPlace): Promise<void> {
    const { argsFor, encode } = this.request;
    const results = await subscribe(argsFor(place));
    if (!isStream(results)) throw results.errors?.[0] ?? new Error('a subscription has no stream');
    this.results = results;
    if (this.isOver) return void (await this.results.return());
    for await (const result of this.results) {
      const seq = place.seq ?? this.seq;
      this.seq = Math.max(this.seq, seq);
      // Encoded once; each client gets these bytes behind its own id.
      const payload = Buffer.from(encode(result));
      for (const member of this.members) deliver(member, { seq, payload });
    }
  }

  private end(error?: unknown): void {
    if (this.isOver) return;
    this.isOver = true;
    this.onEnd();
    void this.results?.return();
    for (const member of this.members) member.end(error);
    this.members.clear();
  }
}

const overflow = () =>
  apiError(
    'SUBSCRIPTION_OVERFLOW',
    'Too many events were waiting: subscribe again after the last cursor you have seen.',
  );

function deliver(member: Member, message: Message): void {
  if (message.seq <= member.after) return;
  if (member.waiting) {
    member.waiting.push(message);
    if (member.waiting.length > WAITING_MAX) member.end(overflow());
    return;
  }
  if (member.client.unreadBytes() > UNREAD_BYTES_MAX) return member.end(overflow());
  member.client.post(message.payload);
}

export interface SharedStreams {
  /**
   * Joins the stream of the request. Messages go to the client directly; the iterator yields nothing and ends, or
   * rejects, when the subscription does.
   */
  join(request: StreamRequest): AsyncIterableIterator<never>;
}

/**
 * One read, one execution and one encoded message for all clients with the same subscription and the same user. A client
 * that has missed events reads them alone until it has caught up.
 */
export function createSharedStreams(isKnownCursor: (userId: number, seq: number) => Promise<boolean>): SharedStreams {
  const streams = new Map<string, SharedStream>();
  const streamOf = (request: StreamRequest): SharedStream => {
    const known = streams.get(request.key);
    if (known) return known;
    const stream: SharedStream = new SharedStream(request, () => {
      if (streams.get(request.key) === stream) streams.delete(request.key);
    });
    streams.set(request.key, stream);
    return stream;
  };

  return {
    join(request) {
      let finish = (_error?: unknown): void => undefined;
      const over = new Promise<void>((resolve, reject) => {
        finish = (error) => (error === undefined ? resolve() : reject(error as Error));
      });
      over.catch(() => undefined);
      const stream = streamOf(request);
      const member: Member = { client: request.client, after: 0, waiting: [], end: () => undefined };
      let replay: Results | undefined;
      let isOver = false;
      member.end = (error) => {
        if (isOver) return;
        isOver = true;
        void replay?.return();
        stream.leave(member);
        finish(error);
      };
      stream.members.add(member);
      const begin = async (): Promise<void> => {
        await stream.started;
        const { after } = request;
        if (after === undefined || after >= stream.seq) {
          if (after !== undefined && after > stream.seq && !(await isKnownCursor(request.userId, after)))
            throw apiError(
              'BAD_USER_INPUT',
              'This cursor is later than every event: query liveCursor and subscribe from there.',
            );
          member.after = Math.max(after ?? 0, 0);
        } else {
          replay = await replayOf(request, { after, until: stream.seq });
          for await (const result of replay)
            if (!isOver) await request.client.send(Buffer.from(request.encode(result)));
        }
        const waiting = member.waiting ?? [];
        member.waiting = undefined;
        for (const message of waiting) if (!isOver) deliver(member, message);
      };
      begin().catch((error: unknown) => member.end(error));
      const done = { value: undefined, done: true as const };
      const iterator: AsyncIterableIterator<never> = {
        [Symbol.asyncIterator]: () => iterator,
        async next() {
          await over;
          return done;
        },
        return() {
          member.end();
          return Promise.resolve(done);
        },
      };
      return iterator;
    },
  };
}

const isStream = (results: object): results is Results => Symbol.asyncIterator in results;

async function replayOf({ argsFor }: StreamRequest, place: { after: number; until: number }): Promise<Results> {
  const results = await subscribe(argsFor({ ...place, started: () => undefined }));
  if (!isStream(results)) throw results.errors?.[0] ?? new Error('a subscription has no stream');
  return results;
}
