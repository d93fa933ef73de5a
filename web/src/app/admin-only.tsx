import { ShieldX } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import { useMeQuery } from '../gql/generated';
import { buttonClass } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { PageHeader } from '../ui/page-header';

/** A page of administration: for others it says so once, instead of asking for what the server refuses. */
export function AdminOnly({ children }: { children: ReactNode }) {
  const t = useTranslations('shell.adminOnly');
  const me = useMeQuery({ fetchPolicy: 'cache-only' }).data?.me;
  if (!me || me.roles.includes('ADMIN')) return children;
  return (
    <>
      <PageHeader title={t('title')} />
      <EmptyState
        icon={<ShieldX aria-hidden />}
        title={t('body')}
        action={
          <Link to="/" className={buttonClass('primary')}>
            {t('back')}
          </Link>
        }
      />
    </>
  );
}
