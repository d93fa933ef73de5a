import type { IncomingMessage } from 'node:http';
import type { ReceivedBody } from './ingest-signal.js';

export interface BodyLimits {
  limitBytes: number;
  /** The time limit for receiving the body. */
  timeoutMs: number;
  /** How much of a body that is too large is still received (and discarded), so that the sender can read the answer. */
  drainBytes: number;
}

/**
 * Receives a body and keeps at most `limitBytes` of it. Never rejects: a body that is too large, too slow or incomplete
 * is a result.
 */
export function readBody(
  stream: IncomingMessage,
  { limitBytes, timeoutMs, drainBytes }: BodyLimits,
): Promise<ReceivedBody> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const done = (body: ReceivedBody) => {
      clearTimeout(timer);
      stream.off('data', take).off('end', end).off('close', broken);
      // A later error concerns only the connection.
      stream.on('error', () => undefined);
      resolve(body);
    };
    const tooLarge = () => done({ kind: 'too-large', length });
    const broken = () => (length > limitBytes ? tooLarge() : done({ kind: 'broken', length }));
    const end = () => (length > limitBytes ? tooLarge() : done({ kind: 'whole', bytes: Buffer.concat(chunks) }));
    const take = (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limitBytes) chunks.push(chunk);
      else chunks.length = 0;
      if (length > drainBytes) tooLarge();
    };
    const timer = setTimeout(broken, timeoutMs);
    stream.on('data', take).on('end', end).on('close', broken).on('error', broken);
  });
}
