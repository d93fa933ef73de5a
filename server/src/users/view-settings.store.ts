import type { ViewSettings } from '../core/views/view-settings.js';
import type { Database } from '../infra/database/database.js';

export interface ViewRow {
  name: string;
  settings: ViewSettings;
  updatedAt: Date;
}

/** The views of a user that have settings, by name; with `names`, only these. */
export async function readViews(
  db: Pick<Database, 'query'>,
  userId: number,
  names?: readonly string[],
): Promise<ViewRow[]> {
  if (names?.length === 0) return [];
  const among = names ? ` AND name IN (${names.map(() => '?').join(', ')})` : '';
  const rows = await db.query<{ name: string; settings: string; updated_at: Date }[]>(
    `SELECT name, CAST(settings_json AS CHAR) AS settings, updated_at FROM view_settings
      WHERE user_id = ?${among} ORDER BY name`,
    [userId, ...(names ?? [])],
  );
  return rows.map(({ name, settings, updated_at }) => ({
    ...{ name, settings: JSON.parse(settings) as ViewSettings, updatedAt: updated_at },
  }));
}

/** Writes the settings of a view; the last writer wins. */
export const writeView = (
  db: Pick<Database, 'query'>,
  userId: number,
  { name, settings, updatedAt }: ViewRow,
): Promise<unknown> =>
  db.query(
    `INSERT INTO view_settings (user_id, name, settings_json, updated_at) VALUES (?, ?, ?, ?)
     ON DUPLICATE KEY UPDATE settings_json = VALUES(settings_json), updated_at = VALUES(updated_at)`,
    [userId, name, JSON.stringify(settings), updatedAt],
  );

export const deleteView = (db: Pick<Database, 'query'>, userId: number, name: string): Promise<unknown> =>
  db.query('DELETE FROM view_settings WHERE user_id = ? AND name = ?', [userId, name]);
