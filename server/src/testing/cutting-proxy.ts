import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface CuttingProxy {
  url: string;
  /** How many connections were cut because of what they carried. */
  cuts(): number;
  /** Cuts all connections that are open now. */
  cutAll(): void;
  close(): void;
}

/** A rule for one connection: the first answer to a request with this text, or the first message with it, is lost. */
export type Loss = { answerTo: RegExp } | { message: RegExp };

/**
 * Stands between a client and a server and loses answers: each loss happens once. The server has done its work then, and
 * the client does not know.
 */
export async function startCuttingProxy(target: string, losses: readonly Loss[] = []): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  const waiting = new Set(losses);
  let cuts = 0;
  const server = createServer((inner) => {
    const outer = connect(Number(new URL(target).port), '127.0.0.1');
    let isDoomed = false;
    for (const socket of [inner, outer])
      sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)));
    const end = () => {
      cuts += 1;
      inner.destroy();
      outer.destroy();
    };
    inner.on('data', (chunk) => {
      for (const loss of waiting) {
        if (!('answerTo' in loss) || !loss.answerTo.test(String(chunk))) continue;
        waiting.delete(loss);
        isDoomed = true;
      }
      outer.write(chunk);
    });
    outer.on('data', (chunk) => {
      if (isDoomed) return end();
      for (const loss of waiting) {
        if (!('message' in loss) || !loss.message.test(String(chunk))) continue;
        waiting.delete(loss);
        return end();
      }
      return void inner.write(chunk);
    });
    inner.on('close', () => outer.destroy());
    outer.on('close', () => inner.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cuts: () => cuts,
    cutAll,
    close() {
      cutAll();
      server.close();
    },
  };
}
