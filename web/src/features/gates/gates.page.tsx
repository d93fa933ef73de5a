import { skipToken } from '@apollo/client/react';
import { RotateCw, Route } from 'lucide-react';
import { useTranslations } from 'use-intl';
import {
  useGatesChoicesQuery,
  useGatesSymbolsQuery,
  useTradingGatesQuery,
  type GatesChoicesQuery,
  type TradingGatesInput,
} from '../../gql/generated';
import { useDebounced } from '../../lib/debounced';
import { useTradeMode } from '../../lib/preferences';
import { useUrlFilters } from '../../lib/url-filters';
import { Button } from '../../ui/button';
import { EmptyState } from '../../ui/empty-state';
import { ErrorPanel } from '../../ui/error-panel';
import { PageHeader } from '../../ui/page-header';
import { Skeleton } from '../../ui/skeleton';
import { GateHeadline, type Gates } from './gate-headline';
import { GateList } from './gate-list';
import { GatesForm, NONE, readChoice, type Choice } from './gates-form';

const EVERY_MS = 5_000;
const TYPING_MS = 400;

/** Why a source or an account does not trade: each gate that a signal passes, with its present value. */
export function GatesPage() {
  const t = useTranslations('gates');
  const tradeMode = useTradeMode();
  const { data, error, refetch } = useGatesChoicesQuery({ variables: { tradeMode } });
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      {error && !data && <ErrorPanel error={error} onRetry={() => void refetch().catch(() => undefined)} />}
      {!data && !error && <Skeleton className="h-96 rounded-card" />}
      {data && <ChosenGates key={tradeMode} choices={data} />}
    </>
  );
}

const FILTERS = ['source', 'account', 'symbol', 'side', 'price'] as const;

function ChosenGates({ choices }: { choices: GatesChoicesQuery }) {
  const t = useTranslations('gates');
  const filters = useUrlFilters(FILTERS);
  const asked = readChoice(filters.values, choices);
  const symbols = useGatesSymbolsQuery(
    asked.account === NONE ? skipToken : { variables: { accountId: asked.account } },
  );
  const known = symbols.data?.tradeParameters.edges.map(({ node }) => node.symbol) ?? [];
  // Without a choice, the first symbol that the account has a parameter for.
  const choice: Choice = { ...asked, symbol: asked.symbol || (known[0] ?? '') };
  const settled = useDebounced(JSON.stringify(choice), TYPING_MS);
  const input = inputOf(JSON.parse(settled) as Choice);
  const query = useTradingGatesQuery(
    input
      ? {
          variables: { input },
          fetchPolicy: 'no-cache',
          pollInterval: EVERY_MS,
          skipPollAttempt: () => document.hidden,
          notifyOnNetworkStatusChange: true,
        }
      : skipToken,
  );
  const gates = (query.data ?? query.previousData)?.tradingGates as Gates | undefined;
  const again = () => void query.refetch().catch(() => undefined);
  return (
    <>
      <GatesForm choice={choice} choices={choices} symbols={known} onChange={filters.set}>
        <Button onClick={again} disabled={!input}>
          <RotateCw className="size-4" aria-hidden />
          {t('again')}
        </Button>
      </GatesForm>
      {!input && (
        <EmptyState
          icon={<Route aria-hidden />}
          title={choice.account === NONE ? t('nothingTitle') : t('symbolNeeded')}
        >
          {choice.account === NONE && t('nothingBody')}
        </EmptyState>
      )}
      {input && query.error && <ErrorPanel error={query.error} onRetry={again} />}
      {input && !gates && !query.error && <Skeleton className="h-96 rounded-card" />}
      {input && gates && !query.error && (
        <>
          <GateHeadline gates={gates} side={choice.side} />
          <GateList gates={gates.gates} source={gates.source?.id} />
        </>
      )}
    </>
  );
}

/** What to ask the server; undefined while something is missing. */
function inputOf({ source, account, symbol, side, price }: Choice): TradingGatesInput | undefined {
  const sourceId = source === NONE ? null : source;
  if (account === NONE) return sourceId === null ? undefined : { sourceId, side };
  if (symbol.trim() === '') return undefined;
  return { sourceId, accountId: account, symbol: symbol.trim(), side, ...(price !== null && { price }) };
}
