import { Navigate, Outlet, useLocation } from 'react-router';
import { useMeQuery } from '../gql/generated';
import { ErrorPanel } from '../ui/error-panel';

/** Shows its content to signed-in users. Others go to the sign-in page, which leads them back afterwards. */
export function RequireSession() {
  const { data, error, refetch } = useMeQuery();
  const { pathname, search } = useLocation();
  if (data?.me === null) {
    const here = `${pathname}${search}`;
    return <Navigate replace to={here === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(here)}`} />;
  }
  if (data?.me?.mustChangePassword && pathname !== '/change-password')
    return <Navigate replace to="/change-password" />;
  if (data?.me) return <Outlet />;
  if (error)
    return (
      <main className="mx-auto max-w-xl p-6">
        <ErrorPanel error={error} onRetry={() => void refetch().catch(() => undefined)} />
      </main>
    );
  return null;
}
