import { useTranslations } from 'use-intl';
import type { ReportQuery } from '../../gql/generated';
import { useFormat } from '../../lib/format';
import { Card } from '../../ui/card';
import { cx } from '../../ui/class-names';
import { Money } from '../../ui/money';

type Bin = ReportQuery['report']['byResult'][number];

/** How many positions ended with which result: a bar for each range that has any, from the worst to the best. */
export function ResultDistribution({ bins, quote }: { bins: readonly Bin[]; quote: string }) {
  const t = useTranslations('reports.distribution');
  const format = useFormat();
  const pct = (value: string) => `${format.decimal(value, { sign: true })} %`;
  const nameOf = ({ fromPct, toPct }: Bin): string => {
    if (fromPct === null) return t('below', { to: pct(toPct ?? '0') });
    return toPct === null ? t('above', { from: pct(fromPct) }) : t('between', { from: pct(fromPct), to: pct(toPct) });
  };
  const most = Math.max(1, ...bins.map(({ trades }) => trades));
  return (
    <Card title={t('title')}>
      <table className="w-full text-xs">
        <caption className="sr-only">{t('caption', { quote })}</caption>
        <thead className="sr-only">
          <tr>
            <th scope="col">{t('range')}</th>
            <th scope="col">{t('trades')}</th>
            <th scope="col">{t('net')}</th>
          </tr>
        </thead>
        <tbody>
          {bins.map((bin) => (
            <tr key={`${bin.fromPct} ${bin.toPct}`}>
              <th scope="row" className="num w-px py-1 pr-3 text-left font-normal whitespace-nowrap text-muted">
                {nameOf(bin)}
              </th>
              <td className="py-1">
                <span className="flex items-center gap-2">
                  <span
                    aria-hidden
                    className={cx('h-3 min-w-0.5 rounded-sm', isLoss(bin) ? 'bg-down' : 'bg-up')}
                    style={{ width: `${(bin.trades / most) * 75}%` }}
                  />
                  <span className="num">{format.count(bin.trades)}</span>
                </span>
              </td>
              <td className="w-px py-1 pl-3 text-right whitespace-nowrap">
                <Money value={bin.net} asset={quote} result />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

const isLoss = ({ toPct }: Bin): boolean => toPct !== null && (toPct === '0' || toPct.startsWith('-'));
