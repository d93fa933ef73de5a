import { Plus, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { Fault } from '../lib/field-rules';
import { TARGETS_MAX, type TargetForm } from '../lib/target-rules';
import { Button, IconButton } from './button';
import { DecimalInput } from './decimal-input';
import { Field } from './field';
import { Switch } from './switch';

interface TargetLadderProps {
  targets: readonly TargetForm[];
  breakEven: boolean;
  faults: Record<string, Fault>;
  onTargets: (targets: TargetForm[]) => void;
  onBreakEven: (breakEven: boolean) => void;
  /** The hint below the profit of a step: its price. */
  hintOf?: (pct: string | null) => ReactNode;
}

/** The fields of a partial take profit: up to six targets, and whether the stop moves to the entry after the first. */
export function TargetLadder({ targets, breakEven, faults, onTargets, onBreakEven, hintOf }: TargetLadderProps) {
  const t = useTranslations('common.ladder');
  const rules = useTranslations('common.rules');
  const change = (index: number, part: Partial<TargetForm>) =>
    onTargets(targets.map((target, at) => (at === index ? { ...target, ...part } : target)));
  const add = () =>
    onTargets([...targets, { key: crypto.getRandomValues(new Uint32Array(1)).join(), pct: '', sharePct: '' }]);
  const errorOf = (field: string): string | undefined => {
    const fault = faults[field];
    return fault && rules(...fault);
  };
  return (
    <>
      <p className="mb-2 text-xs text-faint">{t('body')}</p>
      <ol className="flex flex-col gap-2">
        {targets.map((target, index) => (
          <li key={target.key} className="grid grid-cols-[1fr_1fr_auto] items-start gap-3">
            <Field
              label={t('targetPct', { number: index + 1 })}
              hint={hintOf?.(target.pct)}
              error={errorOf(`targets.${index}.pct`)}
              required
            >
              <DecimalInput value={target.pct ?? ''} onChange={(pct) => change(index, { pct })} unit="%" />
            </Field>
            <Field label={t('sharePct')} error={errorOf(`targets.${index}.sharePct`)} required>
              <DecimalInput
                value={target.sharePct ?? ''}
                onChange={(sharePct) => change(index, { sharePct })}
                unit="%"
              />
            </Field>
            <IconButton
              label={t('removeTarget', { number: index + 1 })}
              className="mt-5.5"
              onClick={() => onTargets(targets.filter((_, at) => at !== index))}
            >
              <Trash2 aria-hidden />
            </IconButton>
          </li>
        ))}
      </ol>
      <div className="mt-2 flex flex-wrap items-center justify-between gap-3">
        <Button size="sm" onClick={add} disabled={targets.length >= TARGETS_MAX}>
          <Plus className="size-3.5" aria-hidden />
          {t('addTarget')}
        </Button>
        <span className="flex items-center gap-2.5 text-sm">
          <span aria-hidden>{t('breakEven')}</span>
          <Switch checked={breakEven} onCheckedChange={onBreakEven} label={t('breakEven')} />
        </span>
      </div>
    </>
  );
}
