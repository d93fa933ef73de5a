import { expect, it } from 'vitest';
import { explainDatabaseFault } from './explain-database-fault.js';

const place = { host: 'db.example.org', port: 3306, user: 'bot', database: 'trade' };
const explain = (fault: { code?: string; errno?: number }) => explainDatabaseFault({ ...fault, message: 'odd' }, place);

it.each([
  [{ errno: 1049 }, /no database "trade" at db.example.org:3306.*CREATE DATABASE.*GRANT/, true],
  [{ errno: 1044 }, /may not use it.*CREATE DATABASE.*GRANT ALL PRIVILEGES ON `trade`\.\* TO 'bot'@/, true],
  [{ errno: 1045 }, /refuses the user "bot" with this password.*percent-encoded/, true],
  [{ errno: 1698 }, /refuses the user "bot"/, true],
  [{ errno: 1130 }, /does not let this machine in/, true],
  [{ errno: 45_023, code: 'ER_SERVER_SSL_DISABLED' }, /does not offer TLS/, true],
  [{ errno: -3000, code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, /not trusted.*sslCa/, true],
  [{ errno: -3000, code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, /not trusted/, true],
  [{ errno: 1040 }, /no free connection.*max_connections/, false],
  [{ errno: -3008, code: 'ENOTFOUND' }, /no host "db.example.org"/, false],
  [
    { errno: -111, code: 'ECONNREFUSED' },
    /Nothing accepts connections at db.example.org:3306\. Start the database/,
    false,
  ],
  [{ errno: -110, code: 'ETIMEDOUT' }, /does not answer.*firewall/, false],
  [{ errno: 45_012, code: 'ER_CONNECTION_TIMEOUT' }, /does not answer/, false],
  [{ errno: 9_999, code: 'ER_ODD' }, /could not be opened: odd/, false],
])('%j says what is wrong and what to do', (fault, text, isFinal) => {
  expect(explain(fault)).toEqual({ text: expect.stringMatching(text), isFinal });
});
