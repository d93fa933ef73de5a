import { FlaskConical, SearchX } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link, useParams } from 'react-router';
import { useTranslations } from 'use-intl';
import { useWebhookSourceQuery, type SourceDetailFragment } from '../../../gql/generated';
import { countFault } from '../../../lib/field-rules';
import { BackLink } from '../../../ui/back-link';
import { buttonClass } from '../../../ui/button';
import { Card } from '../../../ui/card';
import { DetailBody } from '../../../ui/detail-body';
import { EmptyState } from '../../../ui/empty-state';
import { CodeBlock } from '../../../ui/code-block';
import { DecimalInput } from '../../../ui/decimal-input';
import { Field } from '../../../ui/field';
import { Input } from '../../../ui/input';
import { PageHeader } from '../../../ui/page-header';
import { Segmented } from '../../../ui/segmented';
import { ModeBadge } from '../../../ui/signal-badges';
import { Skeleton } from '../../../ui/skeleton';
import { LabResult } from '../lab-result';
import {
  dynamicsOf,
  exampleValues,
  filledText,
  FIRST_CHOICES,
  fitting,
  messageParts,
  TICKER,
  type Choices,
  type Part,
} from './message';
import { MAX_LAG, MessageFields, NUMBERS } from './message-fields';
import { MessageOutputs } from './message-outputs';

/** Builds a message of a source from what it shall say, and shows beside it what it would do. */
export function MessageBuilderPage() {
  const t = useTranslations('webhooks.builder');
  const { id = '' } = useParams();
  const { data, error, refetch } = useWebhookSourceQuery({ variables: { id } });
  const source = data?.webhookSource;
  const back = <BackLink to={`/sources/${id}`}>{source?.label ?? t('back')}</BackLink>;
  if (source === null)
    return (
      <>
        <PageHeader title={t('title')} back={<BackLink to="/sources">{t('back')}</BackLink>} />
        <EmptyState icon={<SearchX aria-hidden />} title={t('notFound')}>
          {t('notFoundBody')}
        </EmptyState>
      </>
    );
  return (
    <>
      <PageHeader
        title={t('title')}
        description={t('description')}
        back={back}
        marks={source && <ModeBadge mode={source.tradeMode} />}
        actions={
          <Link to={`/lab?source=${id}`} className={buttonClass('plain')}>
            <FlaskConical className="size-4" aria-hidden />
            {t('toLab')}
          </Link>
        }
      />
      <DetailBody
        error={error}
        onRetry={() => void refetch().catch(() => undefined)}
        skeleton={<Skeleton className="h-96 rounded-card" />}
      >
        {source && <Builder key={source.id} source={source} />}
      </DetailBody>
    </>
  );
}

/** Choices without what cannot be used: its field says why. */
function usable(choices: Choices): Choices {
  const { number, maxLagSec } = choices;
  return {
    ...choices,
    number: countFault(number, NUMBERS) ? FIRST_CHOICES.number : number,
    maxLagSec: countFault(maxLagSec, MAX_LAG) ? '' : maxLagSec,
  };
}

function Builder({ source }: { source: SourceDetailFragment }) {
  const { hasBodyToken } = source;
  const [typed, setTyped] = useState(FIRST_CHOICES);
  const choices = useMemo(() => fitting(typed, hasBodyToken), [typed, hasBodyToken]);
  const parts = useMemo(() => messageParts(usable(choices), { hasBodyToken, isPretty: true }), [choices, hasBodyToken]);
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
      <div className="flex min-w-0 flex-col gap-4">
        <MessageFields source={source} choices={choices} onChange={(change) => setTyped({ ...typed, ...change })} />
        <MessageOutputs source={source} choices={usable(choices)} />
      </div>
      <Trial source={source} parts={parts} isStrategy={choices.action === 'STRATEGY'} />
    </div>
  );
}

interface TrialProps {
  source: SourceDetailFragment;
  parts: readonly Part[];
  isStrategy: boolean;
}

/** The message as it would arrive, read and planned without trading. */
function Trial({ source, parts, isStrategy }: TrialProps) {
  const t = useTranslations('webhooks.builder');
  const [order, setOrder] = useState<'BUY' | 'SELL'>('BUY');
  // The moment of opening: a message that changes by itself would be read again and again.
  const [now] = useState(() => new Date());
  const [chart, setChart] = useState({ symbol: 'BTCUSDT', price: '98450.5' });
  const needed = dynamicsOf(parts);
  const message = useMemo(() => filledText(parts, exampleValues(order, now, chart)), [parts, order, now, chart]);
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <Card
        title={t('trial')}
        actions={
          isStrategy && (
            <Segmented
              label={t('exampleOf')}
              value={order}
              onChange={setOrder}
              options={[
                { value: 'BUY', label: t('exampleBuy') },
                { value: 'SELL', label: t('exampleSell') },
              ]}
            />
          )
        }
      >
        <p className="mb-3 text-sm text-muted">{t('trialBody')}</p>
        <div className="mb-3 grid grid-cols-2 items-start gap-4 empty:hidden">
          {needed.includes(TICKER) && (
            <Field label={t('exampleSymbol')}>
              <Input
                autoComplete="off"
                spellCheck={false}
                value={chart.symbol}
                onChange={(event) => setChart({ ...chart, symbol: event.target.value.trim() })}
              />
            </Field>
          )}
          {needed.some(({ variable }) => variable === 'PRICE') && (
            <Field label={t('examplePrice')}>
              <DecimalInput value={chart.price} onChange={(price) => setChart({ ...chart, price: price ?? '' })} />
            </Field>
          )}
        </div>
        <CodeBlock code={message} label={t('example')} />
      </Card>
      <LabResult source={source} message={message} round={0} />
    </div>
  );
}
