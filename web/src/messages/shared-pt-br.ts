import type { AbstractIntlMessages } from 'use-intl';
import { sentenceTranslator } from '../lib/reason-sentences';
import { PT_BR_SENTENCES } from './reason-sentences.pt-br';

const files = import.meta.glob<AbstractIntlMessages>('./shared/*.pt-BR.json', { eager: true, import: 'default' });

/** The sentences of reasons are no texts to format: `Reason` alone reads them. */
export default {
  ...files,
  reasonSentences: { reasonSentences: sentenceTranslator(PT_BR_SENTENCES) as unknown as AbstractIntlMessages },
};
