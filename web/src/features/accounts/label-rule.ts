import { useTranslations } from 'use-intl';

const LABEL_MOST = 120;

/** The rule of an account's name. */
export const useLabelRule = () => {
  const rules = useTranslations('common.rules');
  return {
    validate: (text: string) => {
      if (text.trim() === '') return rules('required');
      return text.trim().length > LABEL_MOST ? rules('tooLong', { most: LABEL_MOST }) : true;
    },
  };
};
