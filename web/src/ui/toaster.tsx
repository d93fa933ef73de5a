import { Check, TriangleAlert, X } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { cx } from './class-names';
import { dismissToast, toasts } from './toast';

/** Shows the messages of `toast`: short results of the user's own actions, in a polite live region. */
export function Toaster() {
  const t = useTranslations('ui');
  const shown = toasts.use();
  return (
    <section
      role="status"
      aria-live="polite"
      aria-label={t('messages')}
      className="pointer-events-none fixed right-4 bottom-4 z-40 flex w-[min(24rem,calc(100vw-2rem))] flex-col gap-2 phone:top-16 phone:bottom-auto"
    >
      {shown.map(({ id, tone, text }) => {
        const Icon = tone === 'success' ? Check : TriangleAlert;
        return (
          <div
            key={id}
            className="pointer-events-auto flex animate-rise items-start gap-2.5 rounded-lg border border-line-strong bg-raised py-2.5 pr-1.5 pl-3.5 text-sm shadow-lg"
          >
            <Icon
              className={cx('mt-0.5 size-4 shrink-0', tone === 'success' ? 'text-ok' : 'text-danger')}
              aria-hidden
            />
            <span className="min-w-0 flex-1">{text}</span>
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
      })}
    </section>
  );
}
