import { useState } from 'react';
import { Link } from 'react-router';
import { toast } from '../../ui/toast';
import { useTranslations } from 'use-intl';
import { useUpdateWebhookSourceMutation, type SourceDetailFragment } from '../../gql/generated';
import { useSubmit } from '../../lib/submit';
import { Button, buttonClass } from '../../ui/button';
import { Card } from '../../ui/card';
import { CodeBlock } from '../../ui/code-block';
import { Notice } from '../../ui/notice';
import { RefusalNotice } from '../../ui/refusal-notice';
import { Segmented } from '../../ui/segmented';
import { Tabs } from '../../ui/tabs';
import { alertText, FIRST_CHOICES, messageParts, type Action } from './builder/message';
import { isReachableByTradingView, TRADINGVIEW_IPS } from './tradingview';

/** How to send to a source: its address, a curl command, and the steps for TradingView. */
export function SendCard({ source }: { source: SourceDetailFragment }) {
  const t = useTranslations('webhooks.source');
  const [tab, setTab] = useState<'curl' | 'tradingview'>('curl');
  return (
    <Card title={t('address')}>
      <div className="flex flex-col gap-4">
        <div>
          <p className="mb-1.5 text-xs font-medium text-muted">{t('url')}</p>
          <CodeBlock code={source.url} label={t('url')} />
        </div>
        <Tabs
          label={t('address')}
          value={tab}
          onChange={setTab}
          tabs={[
            { value: 'curl', label: t('curlTab'), content: <Curl source={source} /> },
            { value: 'tradingview', label: t('tvTab'), content: <TradingView source={source} /> },
          ]}
        />
      </div>
    </Card>
  );
}

function Curl({ source }: { source: SourceDetailFragment }) {
  const t = useTranslations('webhooks.source');
  return (
    <div className="flex flex-col gap-3 text-sm">
      <p className="text-muted">{t(source.dryRun ? 'curlHelpDry' : 'curlHelp')}</p>
      <CodeBlock code={source.curlExample} label={t('curl')} />
      {source.curlExample.includes('PASTE_') && <Notice>{t('curlPlaceholder')}</Notice>}
    </div>
  );
}

const KINDS = [
  ['STRATEGY', 'strategy'],
  ['BUY', 'buy'],
  ['SELL', 'sell'],
] as const satisfies readonly (readonly [Action, string])[];

function TradingView({ source }: { source: SourceDetailFragment }) {
  const t = useTranslations('webhooks.tradingview');
  const [kind, setKind] = useState<Action>('STRATEGY');
  const { hasBodyToken } = source;
  const message = alertText(messageParts({ ...FIRST_CHOICES, action: kind }, { hasBodyToken, isPretty: true }));
  return (
    <div className="flex flex-col gap-3 text-sm">
      <ol className="flex list-decimal flex-col gap-3 pl-5 marker:font-semibold marker:text-faint">
        <li>{t('step1')}</li>
        <li>
          <p className="mb-2">{t('step2')}</p>
          <div className="mb-2 overflow-x-auto">
            <Segmented
              label={t('kind')}
              value={kind}
              onChange={setKind}
              options={KINDS.map(([value, name]) => ({ value, label: t(name) }))}
            />
          </div>
          <CodeBlock code={message} label={t('message')} />
          {source.hasBodyToken && <p className="mt-1.5 text-xs text-muted">{t('token')}</p>}
          <Link to={`/sources/${source.id}/message`} className={`${buttonClass('plain', 'sm')} mt-2`}>
            {t('build')}
          </Link>
        </li>
        <li>
          <AllowTradingView source={source} />
        </li>
      </ol>
      {source.requireSignature && <Notice tone="warn">{t('signature')}</Notice>}
      {!source.requireSignature && !source.hasBodyToken && <Notice>{t('noToken')}</Notice>}
      <Notice tone={isReachableByTradingView(source.url) ? 'info' : 'warn'}>
        {t('ports')} {!isReachableByTradingView(source.url) && t('portsWarn')}
      </Notice>
    </div>
  );
}

function AllowTradingView({ source }: { source: SourceDetailFragment }) {
  const t = useTranslations('webhooks.tradingview');
  const submit = useSubmit();
  const [update] = useUpdateWebhookSourceMutation();
  const isAllowed = TRADINGVIEW_IPS.every((ip) => source.allowedIps.includes(ip));
  const allow = async () => {
    const input = { id: source.id, allowTradingView: true };
    if (await submit.run(() => update({ variables: { input } }))) toast.success(t('nowAllowed'));
  };
  return (
    <div className="flex flex-col items-start gap-2">
      <p>{t('ips', { ips: TRADINGVIEW_IPS.join(', ') })}</p>
      {isAllowed ? (
        <p className="font-medium text-ok">{t('allowed')}</p>
      ) : (
        <Button size="sm" busy={submit.busy} onClick={() => void allow()}>
          {source.allowedIps.length > 0 ? t('allowMore') : t('allow')}
        </Button>
      )}
      <RefusalNotice refusal={submit.refusal} />
    </div>
  );
}
