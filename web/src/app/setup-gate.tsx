import { Navigate, Outlet, useLocation } from 'react-router';
import { useSetupQuery } from '../gql/generated';

/** While an installation has no user, every page leads to its set-up. Afterwards the set-up leads to the sign-in. */
export function SetupGate() {
  const { data } = useSetupQuery({ fetchPolicy: 'cache-first' });
  const isSetup = useLocation().pathname === '/setup';
  if (data && data.setup.isNeeded !== isSetup) return <Navigate replace to={isSetup ? '/sign-in' : '/setup'} />;
  return <Outlet />;
}
