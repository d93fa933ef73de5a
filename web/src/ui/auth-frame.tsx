import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { setPreferences, usePreferences } from '../lib/preferences';
import { usePageTitle } from '../lib/page-title';
import { cx } from './class-names';

interface AuthFrameProps {
  title: string;
  /** Room for commands and pictures, with a small logo. */
  isWide?: boolean;
  children: ReactNode;
}

/** The frame of the sign-in pages: the logo, one card and the language. */
export function AuthFrame({ title, isWide = false, children }: AuthFrameProps) {
  const t = useTranslations('auth');
  const { locale } = usePreferences();
  usePageTitle(title);
  const card = useRef<HTMLDivElement>(null);
  // The page has nothing but its form, so the focus starts at its first visible field.
  useEffect(() => card.current?.querySelector<HTMLInputElement>('input:not([type=hidden])')?.focus(), []);
  return (
    <div className={cx('grid min-h-dvh place-items-center px-4', isWide ? 'py-6' : 'py-10')}>
      <title>{`${title} · mvcashnode`}</title>
      <main className={cx('w-full', isWide ? 'max-w-xl' : 'max-w-sm')}>
        {isWide ? (
          <div className="mb-5 flex items-center justify-center gap-3">
            <img src="/favicon.svg" alt="" width={32} height={32} />
            <p className="text-xl font-semibold tracking-tight">mvcashnode</p>
          </div>
        ) : (
          <div className="mb-7 text-center">
            <img src="/favicon.svg" alt="" width={52} height={52} className="mx-auto mb-4" />
            <p className="text-2xl font-semibold tracking-tight">mvcashnode</p>
            <p className="mt-1 text-sm text-muted">{t('tagline')}</p>
          </div>
        )}
        <div ref={card} className="rounded-2xl border border-line bg-panel p-6">
          {children}
        </div>
        <div className="mt-6 flex justify-center gap-4 text-xs text-muted">
          {(['en', 'pt-BR'] as const).map((code) => (
            <button
              key={code}
              type="button"
              lang={code}
              aria-pressed={locale === code}
              onClick={() => setPreferences({ locale: code })}
              className="rounded px-1 py-1 hover:text-text phone:min-h-11 phone:px-2 aria-pressed:font-semibold aria-pressed:text-text"
            >
              {code === 'en' ? 'English' : 'Português'}
            </button>
          ))}
        </div>
      </main>
    </div>
  );
}
