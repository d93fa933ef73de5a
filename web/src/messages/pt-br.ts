import type { AbstractIntlMessages } from 'use-intl';

export default import.meta.glob<AbstractIntlMessages>(['./pt-BR.json', './*.pt-BR.json'], {
  eager: true,
  import: 'default',
});
