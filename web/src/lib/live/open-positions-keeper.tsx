import { useApolloClient } from '@apollo/client/react';
import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { OpenPositionsDocument, type LivePositionFragment } from '../../gql/generated';
import { useFormat } from '../format';
import { useLiveEvent } from './events';
import { quoteOf } from './open-positions';

const SPEAK_EVERY_MS = 3_000;

interface News {
  kind: 'opened' | 'closed';
  position: LivePositionFragment;
}

/** Adds opened positions to the cached list, removes closed ones, and announces both to screen readers. */
export function OpenPositionsKeeper() {
  const client = useApolloClient();
  const [news, setNews] = useState<News[]>([]);
  useLiveEvent('position', (position) => {
    let kind: News['kind'] | undefined;
    client.cache.updateQuery({ query: OpenPositionsDocument, variables: { tradeMode: position.tradeMode } }, (list) => {
      if (!list) return undefined;
      const { edges } = list.positions;
      const isListed = edges.some((edge) => edge.node.id === position.id);
      if (isListed === (position.status === 'OPEN')) return undefined;
      kind = isListed ? 'closed' : 'opened';
      const next = isListed
        ? edges.filter((edge) => edge.node.id !== position.id)
        : [{ __typename: 'PositionEdge' as const, cursor: '', node: position }, ...edges];
      return { ...list, positions: { ...list.positions, edges: next } };
    });
    if (kind) setNews((old) => [...old, { kind: kind as News['kind'], position }]);
  });
  return <Announcer news={news} onSaid={() => setNews([])} />;
}

/** A polite live region: the first change is announced at once, those of the next three seconds are summed up. */
function Announcer({ news, onSaid }: { news: readonly News[]; onSaid: () => void }) {
  const t = useTranslations('shell.announce');
  const format = useFormat();
  const [words, setWords] = useState('');
  const lastAt = useRef(0);
  useEffect(() => {
    if (news.length === 0) return;
    const wait = Math.max(0, lastAt.current + SPEAK_EVERY_MS - Date.now());
    const timer = setTimeout(() => {
      const [first] = news;
      lastAt.current = Date.now();
      if (first && news.length === 1) {
        const { symbol, entryPrice, realizedPnl } = first.position;
        setWords(
          first.kind === 'opened'
            ? t('opened', { symbol, price: format.decimal(entryPrice) })
            : t('closed', {
                symbol,
                profit: format.decimal(realizedPnl, { sign: true, maxFraction: 2 }),
                asset: quoteOf(symbol),
              }),
        );
      } else {
        const opened = news.filter(({ kind }) => kind === 'opened').length;
        setWords(t('many', { opened, closed: news.length - opened }));
      }
      onSaid();
    }, wait);
    return () => clearTimeout(timer);
  }, [news, onSaid, t, format]);
  return (
    <p role="status" aria-live="polite" className="sr-only" data-testid="announcer">
      {words}
    </p>
  );
}
