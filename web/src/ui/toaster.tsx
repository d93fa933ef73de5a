import { Check, TriangleAlert, X } from 'lucide-react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import { cx } from './class-names';
import { dismissToast, toasts, type Toast } from './toast';

/**
 * Shows the messages of `toast`. Results of the user's own actions are in a polite live region, and news that is urgent
 * in an assertive one. Other news is not spoken here: the announcer of positions says it. A new message is put beyond the
 * others, and nothing moves when one goes. The box has the height of the window, so that it does not move either.
 */
export function Toaster() {
  const t = useTranslations('ui');
  const shown = toasts.use();
  const of = (kind: Toast['kind']) =>
    shown.filter((one) => one.kind === kind).map((one) => <Message key={one.id} {...one} />);
  return (
    <div className="pointer-events-none fixed inset-y-4 right-4 z-40 flex w-[min(24rem,calc(100vw-2rem))] flex-col-reverse gap-2 phone:top-16 phone:bottom-auto phone:flex-col">
      {of('news')}
      <div aria-live="assertive" className="contents">
        {of('urgent')}
      </div>
      <section role="status" aria-live="polite" aria-label={t('messages')} className="contents">
        {of('own')}
      </section>
    </div>
  );
}

function Message({ id, tone, text, to, kind, isGone }: Toast) {
  const t = useTranslations('ui');
  const Icon = tone === 'success' ? Check : TriangleAlert;
  return (
    <div
      style={{ order: id }}
      className={cx(
        isGone && 'invisible',
        'pointer-events-auto flex animate-rise items-start gap-2.5 rounded-lg border bg-raised py-2.5 pr-1.5 pl-3.5 text-sm shadow-lg',
        kind === 'urgent' ? 'border-danger/60' : 'border-line-strong',
      )}
    >
      <Icon className={cx('mt-0.5 size-4 shrink-0', tone === 'success' ? 'text-ok' : 'text-danger')} aria-hidden />
      {to ? (
        <Link to={to} onClick={() => dismissToast(id)} className="min-w-0 flex-1 rounded hover:underline">
          {text}
        </Link>
      ) : (
        <span className="min-w-0 flex-1">{text}</span>
      )}
      <button
        type="button"
        aria-label={t('close')}
        className="grid size-6 shrink-0 place-items-center rounded text-muted hover:text-text phone:size-11"
        onClick={() => dismissToast(id)}
      >
        <X className="size-3.5" aria-hidden />
      </button>
    </div>
  );
}
