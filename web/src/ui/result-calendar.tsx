import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { signOf } from '../lib/decimal';
import { useFormat } from '../lib/format';
import { IconButton } from './button';
import { Card } from './card';
import { cx } from './class-names';
import { Money } from './money';
import { addDays, moveMonth, weeksOf, type DayResult } from '../lib/periods';

interface CalendarProps {
  days: readonly DayResult[];
  quote: string;
  /** Today in the person's zone, YYYY-MM-DD. */
  today: string;
  /** The first day that was asked for; months before it are not shown. Without it, all days were. */
  first?: string | undefined;
}

/** What each day of a month realized. */
export function ResultCalendar({ days, quote, today, first = '' }: CalendarProps) {
  const t = useTranslations('results.calendar');
  const format = useFormat();
  const [month, setMonth] = useState(today.slice(0, 7));
  const results = new Map(days.map((one) => [one.day, one]));
  const monday = '2026-11-30';
  return (
    <Card
      title={`${t('title')}: ${format.month(`${month}-01`)}`}
      actions={
        <>
          <IconButton
            size="sm"
            label={t('before')}
            disabled={month <= first.slice(0, 7)}
            onClick={() => setMonth(moveMonth(month, -1))}
          >
            <ChevronLeft aria-hidden />
          </IconButton>
          <IconButton
            size="sm"
            label={t('after')}
            disabled={month >= today.slice(0, 7)}
            onClick={() => setMonth(moveMonth(month, 1))}
          >
            <ChevronRight aria-hidden />
          </IconButton>
        </>
      }
    >
      <table className="w-full table-fixed border-separate border-spacing-1 text-center text-xs">
        <caption className="sr-only">{t('caption', { month: format.month(`${month}-01`), quote })}</caption>
        <thead>
          <tr>
            {Array.from({ length: 7 }, (_, index) => (
              <th key={index} scope="col" className="pb-1 font-medium text-faint">
                {format.weekday(addDays(monday, index))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(month).map((week, row) => (
            <tr key={week.find(Boolean) ?? row}>
              {week.map((day, column) => (
                <td key={day ?? column} className="p-0">
                  {day && <Day day={day} result={results.get(day)} isToday={day === today} />}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function Day({ day, result, isToday }: { day: string; result: DayResult | undefined; isToday: boolean }) {
  const t = useTranslations('results.calendar');
  const sign = result ? signOf(result.realized) : 0;
  return (
    <div
      className={cx(
        'fit-figure flex h-13 min-w-0 flex-col justify-between rounded-md px-1 py-1',
        sign > 0 ? 'bg-up-soft' : sign < 0 ? 'bg-down-soft' : 'bg-raised',
        isToday && 'outline outline-accent',
      )}
      title={result ? t('trades', { count: result.trades }) : undefined}
    >
      <span className="text-left text-2xs text-faint">{Number(day.slice(8))}</span>
      {result && <Money value={result.realized} digits={2} result />}
    </div>
  );
}
