import { useTranslations } from 'use-intl';
import type { ReportQuery } from '../../gql/generated';
import { useFormat } from '../../lib/format';
import { Card } from '../../ui/card';
import { Missing, Money, Pct } from '../../ui/money';
import { Stat } from '../../ui/stat';

type Summary = ReportQuery['report']['summary'][number];

/** The figures of a period in one quote asset. */
export function ReportFigures({ summary }: { summary: Summary }) {
  const t = useTranslations('reports.figures');
  const format = useFormat();
  const { quote, averageWin, averageLoss } = summary;
  const money = (value: string | null) => (value === null ? '—' : format.decimal(value, { maxFraction: 2 }));
  const ratio = (value: string | null) =>
    value === null ? <Missing /> : <span className="num">{format.decimal(value, { maxFraction: 2 })}</span>;
  return (
    <Card>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-3 lg:grid-cols-5">
        <Stat
          label={t('net')}
          value={<Money value={summary.net} asset={quote} result />}
          note={t('winLoss', { wins: summary.wins, losses: summary.losses })}
        />
        <Stat
          label={t('realized')}
          value={<Money value={summary.realized} asset={quote} result />}
          note={t('realizedNote')}
        />
        <Stat label={t('trades')} value={format.count(summary.trades)} note="" />
        <Stat label={t('winRate')} value={<Pct value={summary.winRatePct} digits={1} result={false} />} note="" />
        <Stat label={t('profitFactor')} value={ratio(summary.profitFactor)} note={t('profitFactorNote')} />
        <Stat
          label={t('expectancy')}
          value={<Money value={summary.expectancy} asset={quote} result />}
          note={t('average', { win: money(averageWin), loss: money(averageLoss) })}
        />
        <Stat
          label={t('drawdown')}
          value={<Money value={`-${summary.maxDrawdown}`} asset={quote} result />}
          note={t('drawdownNote')}
        />
        <Stat label={t('sharpe')} value={ratio(summary.sharpe)} note={t('sharpeNote')} />
        <Stat label={t('fees')} value={<Money value={summary.fees} asset={quote} />} note={t('feesNote')} />
      </dl>
    </Card>
  );
}
