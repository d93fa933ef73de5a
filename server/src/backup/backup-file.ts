import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import readline from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { Decrypter, Encrypter } from 'age-encryption';
import { BackupFileError, BackupReader, type BackupLine } from '../core/operations/backup-format.js';

/**
 * Writes the lines into a compressed file, encrypted when there is an age recipient ('age1…', https://age-encryption.org/v1).
 * It is called `.partial` until it is whole and on the disk.
 */
export async function writeBackupFile(
  file: string,
  lines: AsyncIterable<string>,
  { recipient }: { recipient?: string | undefined },
): Promise<void> {
  const partial = `${file}.partial`;
  try {
    const packed = createGzip({ level: 6 });
    // An error of the lines ends both.
    const packing = pipeline(Readable.from(lines), packed);
    packing.catch(() => undefined);
    const sealed = recipient === undefined ? packed : await encrypt(packed, recipient);
    const writing = pipeline(sealed, createWriteStream(partial, { mode: 0o600 }));
    await Promise.all([packing, writing]);
    const handle = await open(partial, 'r+');
    await handle.sync();
    await handle.close();
    await rename(partial, file);
    await syncFolder(path.dirname(file));
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** Without it, a power cut could lose the new name of the file. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().catch(() => undefined);
  await handle.close();
}

async function encrypt(source: Readable, recipient: string): Promise<Readable> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  const web = Readable.toWeb(source) as ReadableStream<Uint8Array>;
  return Readable.fromWeb((await encrypter.encrypt(web)) as Parameters<typeof Readable.fromWeb>[0]);
}

async function decrypt(file: string, identity: string | undefined): Promise<Readable> {
  if (identity === undefined)
    throw new BackupFileError(
      'The backup is encrypted. Set BACKUP_AGE_IDENTITY to the secret key (AGE-SECRET-KEY-1…) that belongs to its recipient.',
    );
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const web = Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>;
  const plain = await decrypter.decrypt(web).catch((cause: unknown) => {
    throw new BackupFileError('BACKUP_AGE_IDENTITY does not open this backup.', { cause });
  });
  return Readable.fromWeb(plain as Parameters<typeof Readable.fromWeb>[0]);
}

/** The checked lines of a backup. Throws a BackupFileError for a file that is empty, cut or changed. */
export async function* readBackupFile(
  file: string,
  { identity }: { identity?: string | undefined } = {},
): AsyncGenerator<BackupLine> {
  const sealed = file.endsWith('.age') ? await decrypt(file, identity) : createReadStream(file);
  const plain = createGunzip();
  // A fault of the source must end the reading too.
  const flowing = pipeline(sealed, plain).catch((error: unknown) => error);
  const reader = new BackupReader();
  try {
    for await (const text of readline.createInterface({ input: plain, crlfDelay: Infinity })) yield reader.read(text);
  } catch (error) {
    throw asFileError(error);
  } finally {
    plain.destroy();
  }
  const error = await flowing;
  if (error !== undefined) throw asFileError(error);
  reader.finish();
}

function asFileError(error: unknown): unknown {
  if (error instanceof BackupFileError) return error;
  const code = (error as { code?: string }).code ?? '';
  if (code === 'ENOENT')
    return new BackupFileError(`There is no such file: ${(error as { path?: string }).path ?? ''}`);
  if (code === 'Z_BUF_ERROR') return new BackupFileError('The backup is not whole: it was cut.', { cause: error });
  if (code.startsWith('Z_')) return new BackupFileError('The backup is damaged or not a backup.', { cause: error });
  return error;
}
