import { Toaster as Sonner } from 'sonner';
import { useTranslations } from 'use-intl';
import { usePhone } from '../lib/media-query';
import { useResolvedTheme } from '../lib/preferences';

/** Where `toast` of sonner shows short results of one's own actions; a polite live region. */
export function Toaster() {
  const t = useTranslations('ui');
  const theme = useResolvedTheme();
  const phone = usePhone();
  return (
    <Sonner
      theme={theme}
      position={phone ? 'top-center' : 'bottom-right'}
      containerAriaLabel={t('messages')}
      toastOptions={{ className: 'bg-raised! border-line-strong! text-text! font-sans!' }}
    />
  );
}
