import type { AbstractIntlMessages } from 'use-intl';

export default import.meta.glob<AbstractIntlMessages>('./shared/*.en.json', { eager: true, import: 'default' });
