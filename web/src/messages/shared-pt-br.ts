import type { AbstractIntlMessages } from 'use-intl';
import { PT_BR_SENTENCES } from './reason-sentences.pt-br';

const files = import.meta.glob<AbstractIntlMessages>('./shared/*.pt-BR.json', { eager: true, import: 'default' });

/** The sentences of reasons are not formatted as messages: only `Reason` reads them. */
export default { ...files, reasonSentences: { reasonSentences: PT_BR_SENTENCES as unknown as AbstractIntlMessages } };
