import { Plug } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import {
  NotificationServersDocument,
  useCheckNotificationServersMutation,
  useNotificationServersQuery,
  useSetMailServerMutation,
  type ServersFragment,
} from '../../gql/generated';
import { refusalOf } from '../../lib/submit';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { ErrorPanel } from '../../ui/error-panel';
import { Facts } from '../../ui/facts';
import { PageHeader } from '../../ui/page-header';
import { PasswordDialog } from '../../ui/password-again';
import { ServerSentence } from '../../ui/server-sentence';
import { Skeleton } from '../../ui/skeleton';
import { Age } from '../../ui/time';
import { toast } from '../../ui/toast';
import { MailServerDialog } from './mail-server-dialog';
import { NotificationLog } from './notification-log';
import { WhatsAppServerDialog } from './whats-app-server-dialog';

interface Said {
  whatsApp: string | null;
  mail: string | null;
}

/** The servers through which this installation sends, and what was sent to everybody. For administrators. */
export function ServersPage() {
  const t = useTranslations('notifications.servers');
  const ui = useTranslations('ui.fault');
  const { data, error, refetch } = useNotificationServersQuery({ fetchPolicy: 'cache-and-network' });
  const [check, { loading }] = useCheckNotificationServersMutation({ refetchQueries: [NotificationServersDocument] });
  const [said, setSaid] = useState<Said>();
  const ask = async () => {
    try {
      const answer = await check();
      setSaid(answer.data?.checkNotificationServers);
    } catch (fault) {
      const { code, message } = refusalOf(fault);
      toast.error(code === 'NETWORK' ? ui('NETWORK') : message);
    }
  };
  const servers = data?.notificationServers;
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={
          <Button busy={loading} disabled={!servers?.whatsApp && !servers?.mail} onClick={() => void ask()}>
            <Plug className="size-4" aria-hidden />
            {t('check')}
          </Button>
        }
      />
      {error && !data && <ErrorPanel error={error} onRetry={() => void refetch().catch(() => undefined)} />}
      <div className="mb-4 grid gap-4 lg:grid-cols-3">
        <WhatsAppServerCard server={servers?.whatsApp} said={said?.whatsApp} isKnown={data !== undefined} />
        <MailServerCard server={servers?.mail} said={said?.mail} isKnown={data !== undefined} />
        <OthersCard servers={servers} />
      </div>
      <NotificationLog />
    </>
  );
}

/** What a server said when it was asked just now. */
function Answer({ said }: { said: string | null | undefined }) {
  const t = useTranslations('notifications.servers');
  if (!said) return null;
  return (
    <p role="status" className="mt-3 text-sm">
      {said === 'open' ? (
        <Badge tone="ok">{t('works')}</Badge>
      ) : (
        <>
          <Badge tone="danger">{t('fails')}</Badge>{' '}
          <span className="font-mono text-xs break-words">
            <ServerSentence message={said} mayQuote />
          </span>
        </>
      )}
    </p>
  );
}

interface ServerProps<T> {
  server: T | null | undefined;
  said: string | null | undefined;
  isKnown: boolean;
}

function WhatsAppServerCard({ server, said, isKnown }: ServerProps<ServersFragment['whatsApp']>) {
  const t = useTranslations('notifications.servers');
  const [isEditing, setIsEditing] = useState(false);
  const STATES = { OPEN: 'ok', CONNECTING: 'warn', CLOSE: 'danger' } as const;
  return (
    <Card
      title="WhatsApp"
      actions={
        <Button size="sm" disabled={!isKnown} onClick={() => setIsEditing(true)}>
          {t(server ? 'change' : 'setUp')}
        </Button>
      }
    >
      {!isKnown && <Skeleton className="h-28 w-full" />}
      {isKnown && !server && <p className="text-sm text-muted">{t('whatsAppNone')}</p>}
      {server && (
        <Facts
          facts={[
            [
              t('state'),
              server.state ? (
                <>
                  <Badge tone={STATES[server.state]}>{t(`states.${server.state}`)}</Badge>{' '}
                  {server.checkedAt && <Age at={server.checkedAt} ago />}
                </>
              ) : (
                t('unknown')
              ),
            ],
            [t('address'), server.address],
            [t('instance'), server.instanceName],
            [t('key'), t(server.hasKey ? 'stored' : 'noKey')],
            [t('sends'), t(server.isActive ? 'yes' : 'no')],
          ]}
        />
      )}
      <Answer said={said} />
      {isEditing && <WhatsAppServerDialog server={server ?? null} onClose={() => setIsEditing(false)} />}
    </Card>
  );
}

function MailServerCard({ server, said, isKnown }: ServerProps<ServersFragment['mail']>) {
  const t = useTranslations('notifications.servers');
  const [asks, setAsks] = useState<'edit' | 'remove'>();
  const [remove] = useSetMailServerMutation({
    ...{ refetchQueries: [NotificationServersDocument], awaitRefetchQueries: true },
  });
  return (
    <Card
      title={t('mail')}
      actions={
        <span className="flex gap-2">
          {server && (
            <Button size="sm" onClick={() => setAsks('remove')}>
              {t('remove')}
            </Button>
          )}
          <Button size="sm" disabled={!isKnown} onClick={() => setAsks('edit')}>
            {t(server ? 'change' : 'setUp')}
          </Button>
        </span>
      }
    >
      {!isKnown && <Skeleton className="h-28 w-full" />}
      {isKnown && !server && <p className="text-sm text-muted">{t('mailNone')}</p>}
      {server && (
        <Facts
          facts={[
            [t('server'), server.server],
            [t('from'), server.from],
          ]}
        />
      )}
      <Answer said={said} />
      {asks === 'edit' && <MailServerDialog onClose={() => setAsks(undefined)} />}
      {asks === 'remove' && (
        <PasswordDialog
          {...{ danger: true, real: false, onClose: () => setAsks(undefined) }}
          title={t('removeTitle')}
          description={t('removeBody')}
          confirmLabel={t('remove')}
          onConfirm={async (password) => {
            await remove({ variables: { input: { host: null, from: 'nobody@example.com', password } } });
            toast.success(t('removed'));
          }}
        />
      )}
    </Card>
  );
}

/** The kinds that need no server of the installation, and where to test and word a message. */
function OthersCard({ servers }: { servers: ServersFragment | undefined }) {
  const t = useTranslations('notifications.servers');
  return (
    <Card title={t('others')}>
      <p className="text-sm text-muted">{t('othersBody')}</p>
      <p className="mt-3 flex items-center gap-2 text-sm">
        {t('webPush')}
        {servers && (
          <Badge tone={servers.hasWebPush ? 'ok' : 'warn'}>{t(servers.hasWebPush ? 'ready' : 'notReady')}</Badge>
        )}
      </p>
      <p className="mt-3 text-sm">
        <Link to="/notifications" className="rounded font-medium text-accent hover:underline">
          {t('toOwn')}
        </Link>
      </p>
    </Card>
  );
}
