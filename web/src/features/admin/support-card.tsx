import { useTranslations } from 'use-intl';
import { Card } from '../../ui/card';
import { CodeBlock } from '../../ui/code-block';

/** How to write the file for somebody who helps. It is made on the machine, so that no session can take it away. */
export function SupportCard() {
  const t = useTranslations('system.support');
  return (
    <Card title={t('title')}>
      <p className="mb-3 text-sm text-muted">{t('body')}</p>
      <div className="grid gap-3 lg:grid-cols-2">
        <CodeBlock label={t('checkout')} code="npm run support-bundle -- support.json.gz" />
        <CodeBlock
          label={t('container')}
          code={
            'docker compose -f deploy/compose.yml exec mvcashnode mvcashnode support-bundle /var/backups/mvcashnode/support.json.gz\ndocker compose -f deploy/compose.yml cp mvcashnode:/var/backups/mvcashnode/support.json.gz .'
          }
        />
      </div>
    </Card>
  );
}
