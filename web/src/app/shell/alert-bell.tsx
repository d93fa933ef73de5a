import { Bell } from 'lucide-react';
import { useState } from 'react';
import { NavLink } from 'react-router';
import { useTranslations } from 'use-intl';
import { useLiveEvent } from '../../lib/live/events';
import { buttonClass } from '../../ui/button';
import { cx } from '../../ui/class-names';
import { AlertBadge } from './alert-badge';
import type { OpenAlertCount } from './open-alert-count';

/** The number of open alerts, on every page; a critical one is said to screen readers at once. */
export function AlertBell(alerts: OpenAlertCount) {
  const t = useTranslations('shell');
  const kinds = useTranslations('words.alert');
  const [critical, setCritical] = useState('');
  useLiveEvent('alert', ({ type, severity, resolvedAt }) => {
    if (severity === 'CRITICAL' && resolvedAt === null) setCritical(type);
  });
  const label = t('alerts', { count: alerts.count });
  return (
    <>
      {/* On a narrow phone there is no room beside the kill switch: "More" has the number there. */}
      <NavLink
        to="/alerts"
        aria-label={label}
        title={label}
        className={cx(buttonClass('quiet'), 'relative w-9 px-0! max-[479px]:hidden! phone:min-w-11 [&_svg]:size-4.5')}
        data-testid="alert-bell"
      >
        <Bell aria-hidden />
        <AlertBadge {...alerts} />
      </NavLink>
      <span role="alert" className="sr-only">
        {critical && kinds.has(critical) && kinds(critical)}
      </span>
    </>
  );
}
