import type { AbstractIntlMessages } from 'use-intl';

export default import.meta.glob<AbstractIntlMessages>('./shared/*.pt-BR.json', { eager: true, import: 'default' });
