import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import webPushLibrary from 'web-push';
import { startFakeChannels, type FakeChannels } from '../../testing/fake-channels/fake-http-channels.js';
import { webPush } from './web-push.js';

let fake: FakeChannels;
beforeAll(async () => {
  fake = await startFakeChannels();
});
afterAll(() => fake.stop());

/** A browser, with the keys of its subscription. It opens what it gets as RFC 8291 says. */
function createBrowser() {
  const keys = createECDH('prime256v1');
  const [publicKey, secret] = [keys.generateKeys(), randomBytes(16)];
  return {
    config: {
      endpoint: `${fake.url}/push/1`,
      ...{ p256dh: publicKey.toString('base64url'), auth: secret.toString('base64url') },
    },
    open(body: Buffer): unknown {
      const [salt, keyLength] = [body.subarray(0, 16), body.readUInt8(20)];
      const sender = body.subarray(21, 21 + keyLength);
      const info = Buffer.concat([Buffer.from('WebPush: info\0'), publicKey, sender]);
      const ikm = Buffer.from(hkdfSync('sha256', keys.computeSecret(sender), secret, info, 32));
      const derived = (name: string, length: number) =>
        Buffer.from(hkdfSync('sha256', ikm, salt, `Content-Encoding: ${name}\0`, length));
      const sealed = body.subarray(21 + keyLength);
      const decipher = createDecipheriv('aes-128-gcm', derived('aes128gcm', 16), derived('nonce', 12));
      decipher.setAuthTag(sealed.subarray(-16));
      const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
      // The last byte marks the end of the record.
      return JSON.parse(plain.subarray(0, plain.lastIndexOf(2)).toString());
    },
  };
}

it('a browser gets title, text and the page to open, encrypted for it alone', async () => {
  const browser = createBrowser();
  const message = {
    ...{ id: 'a-1', reference: 1, title: 'Stop loss', text: 'BTC/USDT −4.1', type: 'WEB_PUSH', payload: null },
    ...{ firstTriedAt: 0, path: '/positions/42' },
  };
  const around = {
    env: { NOTIFY_ALLOW_PRIVATE: true, TELEGRAM_API_URL: '', PUBLIC_URL: 'https://trade.example.org' },
    servers: { whatsApp: null, mail: null, vapid: webPushLibrary.generateVAPIDKeys() },
    ...{ now: 0, signal: AbortSignal.timeout(10_000) },
  };
  expect(await webPush.send(browser.config, message, around)).toMatchObject({ kind: 'ACCEPTED' });
  const [taken] = fake.taken;
  expect(taken?.body.toString('latin1')).not.toContain('BTC');
  expect(browser.open(taken?.body ?? Buffer.alloc(0))).toEqual({
    ...{ title: 'Stop loss', text: 'BTC/USDT −4.1', type: 'WEB_PUSH', tag: 'a-1', path: '/positions/42' },
  });
});
