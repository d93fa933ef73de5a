import type { AbstractIntlMessages } from 'use-intl';

export default import.meta.glob<AbstractIntlMessages>(['./en.json', './*.en.json'], { eager: true, import: 'default' });
