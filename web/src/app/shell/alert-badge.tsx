import { cx } from '../../ui/class-names';
import type { OpenAlertCount } from './open-alert-count';

const MOST = 99;

/** The number of open alerts at the corner of what leads to them. */
export const AlertBadge = ({ count, isUrgent }: OpenAlertCount) =>
  count > 0 && (
    <span
      aria-hidden
      className={cx(
        'num absolute top-0 right-0 min-w-4 rounded-full px-1 text-center text-2xs font-bold',
        isUrgent ? 'bg-danger-soft text-danger' : 'bg-warn-soft text-warn',
      )}
    >
      {count > MOST ? `${MOST}+` : count}
    </span>
  );
