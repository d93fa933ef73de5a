import type { PhraseMeaning } from '../../core/signal/text/signal-phrases.js';
import { Batch, type Database, type WriteResult } from '../../infra/database/database.js';

/** The maximum number of phrases of a source. There is a limit because every message is read with all of them. */
export const PHRASES_MAX = 200;

type Db = Pick<Database, 'prisma'>;

/** The phrases of the owner's sources, newest first. */
export const readPhrases = (db: Db, userId: number, sourceIds: number[]) =>
  db.prisma.webhookSourcePhrase.findMany({
    where: { webhook_source_id: { in: sourceIds }, webhook_source: { owner_user_id: userId } },
    orderBy: { id: 'desc' },
  });
export type PhraseRow = Awaited<ReturnType<typeof readPhrases>>[number];

export interface NewPhrase {
  sourceId: number;
  userId: number;
  /** The phrase as it was typed, and in the form used for comparing. */
  phrase: string;
  normalized: string;
  meaning: PhraseMeaning;
}

/**
 * Teaches a phrase or changes its meaning. Returns false when the source has the maximum number of phrases. The row of
 * the source is locked, so that two calls at once cannot exceed the maximum.
 */
export const writePhrase = (db: Database, { sourceId, userId, phrase, normalized, meaning }: NewPhrase) =>
  db.transaction(async (tx) => {
    const batch = new Batch().add('SELECT id FROM webhook_sources WHERE id = ? FOR UPDATE', [sourceId]).add(
      `SELECT COUNT(*) AS known, COALESCE(SUM(phrase_normalized = ?), 0) AS same
           FROM webhook_source_phrases WHERE webhook_source_id = ?`,
      [normalized, sourceId],
    );
    const [, counts] = (await tx.run(batch)) as [unknown, { known: number; same: number }[]];
    const known = Number(counts[0]?.known ?? 0);
    if (Number(counts[0]?.same ?? 0) === 0 && known >= PHRASES_MAX) return false;
    await tx.commit(
      new Batch().add(
        `INSERT INTO webhook_source_phrases (webhook_source_id, phrase, phrase_normalized, meaning, created_by_user_id, created_at)
         VALUES (?, ?, ?, ?, ?, UTC_TIMESTAMP(3))
         ON DUPLICATE KEY UPDATE phrase = VALUES(phrase), meaning = VALUES(meaning),
           created_by_user_id = VALUES(created_by_user_id), created_at = VALUES(created_at)`,
        [sourceId, phrase, normalized, meaning, userId],
      ),
    );
    return true;
  });

/** Forgets a phrase of a source. Returns false when the source does not have it. */
export async function deletePhrase(db: Database, sourceId: number, phraseId: number): Promise<boolean> {
  const done = await db.query<WriteResult>(
    'DELETE FROM webhook_source_phrases WHERE id = ? AND webhook_source_id = ?',
    [phraseId, sourceId],
  );
  return done.affectedRows > 0;
}

/** One stored message of a source, which can be read again. */
export interface StoredMessage {
  id: number;
  receipt: string;
  receivedAt: Date;
  message: string;
}

/** How many receipts one page searches for stored messages. */
const LOOK_BACK = 5_000;

/** The accepted and stored messages of a source with an id below `before`, newest first, at most `take`. */
export const readMessages = (
  db: Pick<Database, 'query'>,
  sourceId: number,
  { before, take }: { before: number | undefined; take: number },
): Promise<StoredMessage[]> =>
  db.query(
    `SELECT r.id, r.receipt, r.received_at AS receivedAt, r.raw_message AS message
       FROM (SELECT id FROM webhook_receipts WHERE webhook_source_id = ? AND id < ?
              ORDER BY id DESC LIMIT ${LOOK_BACK}) AS newest
       JOIN webhook_receipts r ON r.id = newest.id
      WHERE r.outcome = 'ACCEPTED' AND r.raw_message IS NOT NULL
      ORDER BY r.id DESC LIMIT ?`,
    [sourceId, before ?? 2_147_483_647, take],
  );
