import { createServer, type AddressInfo, type Socket } from 'node:net';

/** OK takes the mail. LOSE takes it and never answers, CUT takes it and closes the connection. A number refuses it. */
export type MailMood = 'OK' | 'LOSE' | 'CUT' | 'SILENT' | number;

export interface FakeMail {
  from: string;
  to: string;
  id: string;
  data: string;
}

export interface FakeMailServer {
  url: string;
  taken: FakeMail[];
  mood: MailMood;
  stop(): Promise<void>;
}

/** An SMTP server with what nodemailer uses of it: EHLO, MAIL, RCPT, DATA, QUIT. */
export async function startFakeMailServer(): Promise<FakeMailServer> {
  const sockets = new Set<Socket>();
  const fake: FakeMailServer = {
    ...{ url: '', taken: [], mood: 'OK' },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    if (fake.mood !== 'SILENT') socket.write('220 fake ESMTP\r\n');
    const mail = { from: '', to: '' };
    let [buffer, isData] = ['', false];
    const line = (text: string): string => {
      const [, verb = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(text) ?? [];
      switch (verb.toUpperCase()) {
        case 'EHLO':
          return '250 fake';
        case 'MAIL':
          mail.from = rest;
          return '250 ok';
        case 'RCPT':
          mail.to = rest.replace(/^TO:<|>.*$/gi, '');
          return '250 ok';
        case 'DATA':
          isData = true;
          return '354 go on';
        case 'QUIT':
          return '221 bye';
        default:
          return '250 ok';
      }
    };
    const take = (data: string): void => {
      const { mood } = fake;
      if (typeof mood === 'number') return void socket.write(`${mood} refused\r\n`);
      fake.taken.push({ ...mail, data, id: /^Message-ID: (\S+)/im.exec(data)?.[1] ?? '' });
      if (mood === 'CUT') socket.destroy();
      else if (mood === 'OK') socket.write('250 queued\r\n');
    };
    socket.on('data', (part) => {
      buffer += part.toString();
      for (;;) {
        const end = isData ? buffer.indexOf('\r\n.\r\n') : buffer.indexOf('\r\n');
        if (end < 0) return;
        const text = buffer.slice(0, end);
        buffer = buffer.slice(end + (isData ? 5 : 2));
        if (isData) {
          isData = false;
          take(text);
        } else socket.write(`${line(text)}\r\n`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  fake.url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return fake;
}
