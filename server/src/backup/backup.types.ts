import { Field, Float, ObjectType } from 'type-graphql';
import { listBackups } from './write-backup.js';

@ObjectType({ description: 'A backup in BACKUP_DIR.' })
export class Backup {
  @Field(() => String, { description: 'The file name, with the UTC time at which it shows the database.' })
  name!: string;

  @Field(() => Float, { description: 'Its size in bytes.' })
  bytes!: number;

  @Field(() => Boolean, { description: 'Whether it is encrypted with age.' })
  isEncrypted!: boolean;

  @Field(() => Boolean, { description: 'Whether a restore wrote it of the database of before.' })
  isRestorePoint!: boolean;
}

/** The backups of a folder, newest first; none without a folder. */
export async function showBackups(dir: string | undefined): Promise<Backup[]> {
  if (dir === undefined) return [];
  return (await listBackups(dir)).map(({ name, bytes }) => ({
    ...{ name, bytes, isEncrypted: name.endsWith('.age') },
    isRestorePoint: name.includes('-restore-point'),
  }));
}
