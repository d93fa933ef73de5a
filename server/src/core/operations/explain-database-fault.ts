/** What DATABASE_URL names, without the password. */
export interface DatabasePlace {
  host: string;
  port: number;
  user: string;
  database: string;
}

export interface DatabaseFault {
  /** What is wrong and what to do, for the person who starts the program. */
  text: string;
  /** It does not pass by itself: asking again is of no use. */
  isFinal: boolean;
}

const NOT_FOUND = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA']);
const NO_ANSWER = new Set(['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ECONNRESET', 'ER_CONNECTION_TIMEOUT']);
const UNTRUSTED =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|UNABLE_TO_|CERT_|ERR_TLS_CERT|ERR_SSL|HOSTNAME_MISMATCH|INVALID_CA)/;

/**
 * Explains why a connection to the database could not be opened, by the server's error number
 * (https://mariadb.com/docs/server/reference/error-codes) or the code of Node or of the driver.
 */
export function explainDatabaseFault(
  { code = '', errno = 0, message }: { code?: string | undefined; errno?: number | undefined; message: string },
  { host, port, user, database }: DatabasePlace,
): DatabaseFault {
  const at = `${host}:${port}`;
  const create =
    `As an administrator of the database run: CREATE DATABASE IF NOT EXISTS \`${database}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci; ` +
    `GRANT ALL PRIVILEGES ON \`${database}\`.* TO '${user}'@'%'; or mend the name in DATABASE_URL.`;
  const final = (text: string): DatabaseFault => ({ text, isFinal: true });
  const passing = (text: string): DatabaseFault => ({ text, isFinal: false });
  if (errno === 1049) return final(`There is no database "${database}" at ${at}. ${create}`);
  if (errno === 1044)
    return final(`There is no database "${database}" at ${at}, or the user "${user}" may not use it. ${create}`);
  if (errno === 1045 || errno === 1698)
    return final(
      `The database at ${at} refuses the user "${user}" with this password. Mend both in DATABASE_URL; ` +
        'write characters such as @ : / # in them percent-encoded (%40 for @).',
    );
  if (errno === 1130)
    return final(`The database at ${at} does not let this machine in. Allow the user "${user}" from here.`);
  if (errno === 45_023)
    return final(
      `The database at ${at} does not offer TLS. Switch it on there, or take ssl and sslCa out of DATABASE_URL.`,
    );
  if (UNTRUSTED.test(code))
    return final(
      `The certificate of the database at ${at} is not trusted (${code}). Name its authority with sslCa=/path/ca.pem in DATABASE_URL.`,
    );
  if (errno === 1040)
    return passing(`The database at ${at} has no free connection. Raise its max_connections, or lower DB_POOL.`);
  if (NOT_FOUND.has(code)) return passing(`There is no host "${host}". Mend the host in DATABASE_URL.`);
  if (code === 'ECONNREFUSED')
    return passing(`Nothing accepts connections at ${at}. Start the database, or mend host and port in DATABASE_URL.`);
  if (NO_ANSWER.has(code) || errno === 45_012)
    return passing(
      `${at} does not answer. Start the database, let connections through the firewall, or mend DATABASE_URL.`,
    );
  return passing(`The database at ${at} could not be opened: ${message}`);
}
