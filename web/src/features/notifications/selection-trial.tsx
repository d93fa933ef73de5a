import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { DryRunWebhookDocument, type DryRunWebhookQuery } from '../../gql/generated';
import { textOrNull } from '../../lib/field-rules';
import { useSubmit } from '../../lib/submit';
import { Button } from '../../ui/button';
import { CodeBlock } from '../../ui/code-block';
import { Notice } from '../../ui/notice';
import { RefusalNotice } from '../../ui/refusal-notice';
import { ServerSentence } from '../../ui/server-sentence';

/** Shows what a webhook with this selection would get. Nothing is sent. */
export function SelectionTrial({ selection }: { selection: string }) {
  const t = useTranslations('endpoints');
  const client = useApolloClient();
  const submit = useSubmit();
  const [tried, setTried] = useState<{ of: string; result: DryRunWebhookQuery['dryRunWebhook'] }>();
  const run = () =>
    void submit.run(async () => {
      const { data } = await client.query({
        ...{ query: DryRunWebhookDocument, variables: { input: { selection: textOrNull(selection) } } },
        fetchPolicy: 'no-cache',
      });
      if (data) setTried({ of: selection, result: data.dryRunWebhook });
    });
  // A result is shown only for the text that it was made of.
  const result = tried?.of === selection ? tried.result : undefined;
  return (
    <div className="flex flex-col gap-2">
      <Button size="sm" className="self-start" busy={submit.busy} onClick={run}>
        {t('try')}
      </Button>
      {result && result.faults.length > 0 && (
        <Notice tone="danger" title={t('faults')}>
          <ul>
            {result.faults.map((fault) => (
              <li key={fault} className="break-words">
                <ServerSentence message={fault} />
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {result && result.faults.length === 0 && result.payload === null && <Notice tone="ok">{t('tryNone')}</Notice>}
      {result && result.payload !== null && (
        <>
          <p className="text-xs text-muted">{t('tryTitle')}</p>
          <CodeBlock code={JSON.stringify(result.payload, null, 2)} label={t('tryTitle')} />
        </>
      )}
      <RefusalNotice refusal={submit.refusal} repeatable />
    </div>
  );
}
