/** How the program was installed; see docs/DEPLOYMENT.md. */
export type Place = 'compose' | 'systemd' | 'checkout';

const COMPOSE = 'docker compose -f deploy/compose.yml';

/** The lines that stop the program, restore a backup of BACKUP_DIR and start the program again. */
export function restoreCommands(place: Place, file: string): string {
  switch (place) {
    case 'compose':
      return [
        `${COMPOSE} stop mvcashnode`,
        `${COMPOSE} run --rm mvcashnode restore ${file} --yes`,
        `${COMPOSE} up -d`,
      ].join('\n');
    case 'systemd':
      return [
        'systemctl stop mvcashnode',
        'cd /etc/mvcashnode && export NODE_ENV=production MVCASHNODE_HOME=/opt/mvcashnode',
        'export BACKUP_DIR=/var/lib/mvcashnode/backups DATABASE_URL_FILE=$PWD/database_url',
        'export REDIS_URL_FILE=$PWD/redis_url SECRET_KEYS_FILE=$PWD/secret_keys',
        `/opt/mvcashnode/deploy/container/mvcashnode restore ${file} --yes`,
        'systemctl start mvcashnode',
      ].join('\n');
    case 'checkout':
      return `npm run restore -- ${file} --yes\nnpm start`;
  }
}
