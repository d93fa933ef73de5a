import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './class-names';

type NoticeTone = 'info' | 'ok' | 'warn' | 'danger';

const LOOKS = {
  info: { classes: 'border-line-strong bg-raised text-text', icon: 'text-accent', Icon: Info },
  ok: { classes: 'border-ok/40 bg-ok-soft text-text', icon: 'text-ok', Icon: CircleCheck },
  warn: { classes: 'border-warn/40 bg-warn-soft text-text', icon: 'text-warn', Icon: TriangleAlert },
  danger: { classes: 'border-danger/40 bg-danger-soft text-text', icon: 'text-danger', Icon: CircleAlert },
} as const;

/** A short message next to its subject. A danger notice is announced at once (role "alert"). */
export function Notice({
  tone = 'info',
  title,
  children,
}: {
  tone?: NoticeTone;
  title?: ReactNode;
  children?: ReactNode;
}) {
  const { classes, icon, Icon } = LOOKS[tone];
  return (
    <div
      role={tone === 'danger' ? 'alert' : undefined}
      className={cx('flex gap-3 rounded-lg border px-3.5 py-2.5 text-sm', classes)}
    >
      <Icon className={cx('mt-0.5 size-4 shrink-0', icon)} aria-hidden />
      <div className="min-w-0 flex-1">
        {title && <p className="font-semibold">{title}</p>}
        {children}
      </div>
    </div>
  );
}
