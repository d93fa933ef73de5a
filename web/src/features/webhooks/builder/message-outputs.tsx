import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { SourceDetailFragment } from '../../../gql/generated';
import { Card } from '../../../ui/card';
import { CodeBlock } from '../../../ui/code-block';
import { Notice } from '../../../ui/notice';
import { Tabs } from '../../../ui/tabs';
import {
  alertText,
  dynamicsOf,
  exampleValues,
  fitting,
  messageParts,
  SECRET_PLACE,
  TOKEN_PLACE,
  type Choices,
} from './message';
import { curlCommand, pineScript, pythonScript, STRATEGY_ALERT } from './scripts';

type Output = 'alert' | 'pine' | 'curl' | 'python';

/** The message as each kind of sender needs it, ready to copy. */
export function MessageOutputs({ source, choices }: { source: SourceDetailFragment; choices: Choices }) {
  const t = useTranslations('webhooks.builder');
  const [tab, setTab] = useState<Output>('alert');
  const code = useOutputs(source, choices);
  const show = (value: Output, before: string, after?: React.ReactNode) => ({
    value,
    label: t(`outputs.${value}`),
    content: (
      <div className="flex flex-col gap-3 text-sm">
        <p className="text-muted">{before}</p>
        <CodeBlock code={code[value]} label={t(`outputs.${value}`)} />
        {after}
        <Placeholders source={source} code={code[value]} />
      </div>
    ),
  });
  const address = <CodeBlock code={source.url} label={t('url')} />;
  const isStrategy = choices.action === 'STRATEGY';
  return (
    <Card title={t('outputsTitle')}>
      <div className="overflow-x-auto">
        <Tabs
          label={t('outputsTitle')}
          value={tab}
          onChange={setTab}
          tabs={[
            show('alert', t('alertHelp'), <Labeled label={t('alertUrl')}>{address}</Labeled>),
            show(
              'pine',
              t(isStrategy ? 'pineStrategyHelp' : 'pineHelp'),
              <>
                {isStrategy && (
                  <Labeled label={t('pineBox')}>
                    <CodeBlock code={STRATEGY_ALERT} label={t('pineBox')} />
                  </Labeled>
                )}
                <Labeled label={t('alertUrl')}>{address}</Labeled>
              </>,
            ),
            show('curl', t('curlHelp')),
            show('python', t('pythonHelp')),
          ]}
        />
      </div>
    </Card>
  );
}

const Labeled = ({ label, children }: { label: string; children: React.ReactNode }) => (
  <div>
    <p className="mb-1.5 text-xs font-medium text-muted">{label}</p>
    {children}
  </div>
);

/** What is to be put in by hand, because the page does not know it. */
function Placeholders({ source, code }: { source: SourceDetailFragment; code: string }) {
  const t = useTranslations('webhooks.builder');
  const tv = useTranslations('webhooks.tradingview');
  const isForTradingView = !code.includes('SIGNATURE') && !code.includes('x-signature');
  return (
    <>
      {code.includes(TOKEN_PLACE) && <Notice>{tv('token')}</Notice>}
      {code.includes(SECRET_PLACE) && <Notice>{t('secret')}</Notice>}
      {source.requireSignature && isForTradingView && <Notice tone="warn">{tv('signature')}</Notice>}
    </>
  );
}

function useOutputs(source: SourceDetailFragment, choices: Choices): Record<Output, string> {
  const { hasBodyToken, requireSignature, url } = source;
  // The moment of opening; the scripts take the time when they run.
  const [now] = useState(() => new Date());
  return useMemo(() => {
    const parts = messageParts(choices, { hasBodyToken });
    const target = {
      ...{ url, requireSignature, isJson: choices.format === 'JSON', secretPlace: SECRET_PLACE },
      examples: exampleValues('BUY', now),
    };
    return {
      alert: alertText(messageParts(choices, { hasBodyToken, isPretty: true })),
      pine: pineScript(choices, (one) => messageParts(fitting(one, hasBodyToken), { hasBodyToken })),
      curl: curlCommand(parts, dynamicsOf(parts), target),
      python: pythonScript(parts, dynamicsOf(parts), target),
    };
  }, [choices, hasBodyToken, requireSignature, url, now]);
}
