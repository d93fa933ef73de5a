import { useTranslations } from 'use-intl';

const LABEL_MOST = 120;

/** The rule of the name of a channel. */
export const useLabelRule = () => {
  const t = useTranslations('common.rules');
  return (text: string): string | true => {
    if (text.trim() === '') return t('required');
    return text.trim().length <= LABEL_MOST || t('tooLong', { most: LABEL_MOST });
  };
};
