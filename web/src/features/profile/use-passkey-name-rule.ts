import { useTranslations } from 'use-intl';

const NAME_MOST = 80;

/** The rule of the name of a passkey. */
export const usePasskeyNameRule = () => {
  const t = useTranslations('common.rules');
  return (text: string): string | true => {
    if (text.trim() === '') return t('required');
    return text.trim().length <= NAME_MOST || t('tooLong', { most: NAME_MOST });
  };
};
