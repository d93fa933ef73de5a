import { Ban, CircleCheck, CircleDashed, TriangleAlert, type LucideIcon } from 'lucide-react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import { useMeQuery, type GateRowFragment, type GateState } from '../../gql/generated';
import { useFormat } from '../../lib/format';
import { Badge } from '../../ui/badge';
import { buttonClass } from '../../ui/button';
import { Card } from '../../ui/card';
import { cx } from '../../ui/class-names';
import { Reason } from '../../ui/reason';
import { figureWords, groupOf, inUnit, placeOf, type GroupName } from './gate-figures';

const LOOKS: Record<GateState, { Icon: LucideIcon; color: string }> = {
  PASSED: { Icon: CircleCheck, color: 'text-ok' },
  BLOCKED: { Icon: Ban, color: 'text-danger' },
  WARNING: { Icon: TriangleAlert, color: 'text-warn' },
  NOT_CHECKED: { Icon: CircleDashed, color: 'text-faint' },
};
const GROUP_NAMES: readonly GroupName[] = ['source', 'account', 'order'];

/** The gates in their order, in three parts of a signal's way. */
export function GateList({ gates, source }: { gates: readonly GateRowFragment[]; source: string | undefined }) {
  const t = useTranslations('gates');
  return (
    <div className="grid items-start gap-4 lg:grid-cols-3">
      {GROUP_NAMES.map((name) => {
        const mine = gates.filter(({ code }) => groupOf(code) === name);
        if (mine.length === 0) return null;
        return (
          <Card key={name} flush title={t(`group.${name}`)}>
            <ul aria-label={t(`group.${name}`)} className="divide-y divide-line">
              {mine.map((gate) => (
                <GateItem key={gate.code} gate={gate} source={source} />
              ))}
            </ul>
          </Card>
        );
      })}
    </div>
  );
}

function GateItem({ gate, source }: { gate: GateRowFragment; source: string | undefined }) {
  const t = useTranslations('gates');
  const { code, state, reasonCode, reasonMessage, refused } = gate;
  const { Icon, color } = LOOKS[state];
  const isOpen = state === 'PASSED' || state === 'NOT_CHECKED';
  return (
    <li className="flex gap-2.5 px-4 py-2 text-sm">
      <Icon className={cx('mt-0.5 size-4.5 shrink-0', color)} aria-hidden />
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-baseline justify-between gap-x-3 gap-y-0.5">
          <span
            className={cx(isOpen ? 'text-text' : 'font-semibold', state === 'NOT_CHECKED' && 'text-muted')}
            title={state === 'NOT_CHECKED' ? t('state.NOT_CHECKED') : undefined}
          >
            {t(`gate.${code}.name`)}
            <span className={cx(isOpen ? 'sr-only' : 'ml-2 text-xs font-normal', color)}> {t(`state.${state}`)}</span>
          </span>
          <GateFigure gate={gate} />
        </div>
        {refused > 0 && <Badge tone="warn">{t('refused', { count: refused })}</Badge>}
        {!isOpen && (
          <div className="mt-1 flex flex-col items-start gap-2">
            <div>
              {reasonCode && (
                <p>
                  <Reason code={reasonCode} message={reasonMessage} />
                </p>
              )}
              <p className="text-muted">{t(`gate.${code}.help`)}</p>
            </div>
            <GateLink gate={gate} source={source} />
          </div>
        )}
      </div>
    </li>
  );
}

/** The present value and the limit. */
function GateFigure({ gate }: { gate: GateRowFragment }) {
  const t = useTranslations('gates');
  const format = useFormat();
  const mode = useTranslations('words.mode');
  const counted = (unit: string, count: number) =>
    t.has(`unit.${unit}`) ? t(`unit.${unit}` as 'unit.orders', { count }) : unit;
  const words = figureWords(gate, (value, unit) =>
    value === 'REAL' || value === 'SIMULATION' ? mode(value) : inUnit(format, value, unit, counted),
  );
  if (!words) return null;
  const { key, value, limit } = words;
  return <span className="num text-xs text-muted">{t(`figure.${key}`, { value, limit })}</span>;
}

/** To the page on which the gate is opened. */
export function GateLink({ gate, source }: { gate: GateRowFragment; source: string | undefined }) {
  const t = useTranslations('gates');
  const { data } = useMeQuery({ fetchPolicy: 'cache-only' });
  const isAdmin = data?.me?.roles.includes('ADMIN') === true;
  const to = placeOf(gate.code, { source, isAdmin });
  if (to === undefined) return null;
  return (
    <Link to={to} className={buttonClass('plain', 'sm')} aria-label={`${t('change')}: ${t(`gate.${gate.code}.name`)}`}>
      {t('change')}
    </Link>
  );
}
