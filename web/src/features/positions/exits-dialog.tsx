import { useState, type FormEvent, type ReactNode } from 'react';
import { toast } from '../../ui/toast';
import { useTranslations } from 'use-intl';
import { usePositionExitsQuery, useUpdatePositionExitsMutation, type PositionExitsQuery } from '../../gql/generated';
import { useNow } from '../../lib/clock';
import { useMovingPrices } from '../../lib/live/frozen-prices';
import { useMarkets } from '../../lib/live/open-positions';
import { usePrice } from '../../lib/live/price-store';
import { accepted, useSubmit } from '../../lib/submit';
import { FormDialog } from '../../ui/form-dialog';
import { ModeNotice } from '../../ui/mode-notice';
import { Price } from '../../ui/money';
import { Notice } from '../../ui/notice';
import { Skeleton } from '../../ui/skeleton';
import { ProfitFields, StopFields, TargetFields, TrailingFields } from './exits-fields';
import { exitFaults, exitsInput, formOfExits, type ExitsForm } from './exits-form';
import { reachedExits, type ReachedExit } from './reached-exits';

type Position = NonNullable<PositionExitsQuery['position']>;

/** A change that is made to the form when it opens, and what to say of it. It is saved only when the user does. */
export interface ExitsChange {
  make: (form: ExitsForm, position: Position) => ExitsForm;
  note: ReactNode;
}

interface ExitsDialogProps {
  positionId: string;
  onClose: () => void;
  change?: ExitsChange | undefined;
}

/** Changes the exits of a position; below each percentage stands its price. */
export function ExitsDialog({ positionId, change, onClose }: ExitsDialogProps) {
  useMovingPrices();
  const { data } = usePositionExitsQuery({
    variables: { id: positionId },
    fetchPolicy: 'network-only',
    nextFetchPolicy: 'cache-first',
  });
  const position = data?.position as Position | null | undefined;
  return position ? (
    <ExitsEditor position={position} change={change} onClose={onClose} />
  ) : (
    <Waiting onClose={onClose} />
  );
}

function Waiting({ onClose }: { onClose: () => void }) {
  const t = useTranslations('actions.exits');
  return (
    <FormDialog
      {...{ open: true, sheet: true, busy: false, blocked: true, onClose }}
      title={t('title', { symbol: '' })}
      submitLabel={t('save')}
      onSubmit={(event) => event.preventDefault()}
    >
      <Skeleton className="h-96 w-full" />
    </FormDialog>
  );
}

function ExitsEditor({ position, change, onClose }: Omit<ExitsDialogProps, 'positionId'> & { position: Position }) {
  const t = useTranslations('actions.exits');
  const [form, setForm] = useState(() => {
    const current = formOfExits(position);
    return change?.make(current, position) ?? current;
  });
  const [isTried, setIsTried] = useState(false);
  const submit = useSubmit();
  const [update] = useUpdatePositionExitsMutation();
  const faults = exitFaults(form);
  const price = usePrice(position.priceKey)?.last;
  const now = useNow();
  const reached = price ? reachedExits(form, position, { price, now }) : [];
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    setIsTried(true);
    if (Object.keys(faults).length > 0) return;
    void submit
      .run(async () =>
        accepted((await update({ variables: { input: exitsInput(position.id, form) } })).data?.updatePositionExits),
      )
      .then((isDone) => {
        if (!isDone) return;
        toast.success(t('saved', { symbol: position.symbol }));
        onClose();
      });
  };
  const shared = {
    form,
    position,
    faults: isTried ? faults : {},
    onChange: (part: Partial<ExitsForm>) => setForm((old) => ({ ...old, ...part })),
  };
  return (
    <FormDialog
      open
      sheet
      onClose={onClose}
      title={t('title', { symbol: position.symbol })}
      description={t('body')}
      submitLabel={reached.length > 0 ? t('saveAndSell') : t('save')}
      onSubmit={onSubmit}
      busy={submit.busy}
      late={submit.late}
      repeatable
      refusal={submit.refusal}
      real={position.tradeMode === 'REAL'}
    >
      <ModeNotice mode={position.tradeMode} account={position.account.label} />
      {change && <Notice>{change.note}</Notice>}
      <StopFields {...shared} />
      <ProfitFields {...shared} />
      <TrailingFields {...shared} />
      <TargetFields {...shared} />
      {price && reached.length > 0 && <SellsNow symbol={position.symbol} price={price} reached={reached} />}
    </FormDialog>
  );
}

/** Warns before saving: an exit that is already reached sells at the next price. */
function SellsNow({ symbol, price, reached }: { symbol: string; price: string; reached: readonly ReachedExit[] }) {
  const t = useTranslations('actions.exits');
  const tickSize = useMarkets().get(symbol)?.tickSize;
  return (
    <div data-testid="sells-now">
      <Notice tone="warn" title={t('sellsNow.title')}>
        {t.rich('sellsNow.body', {
          price: () => <Price value={price} tickSize={tickSize} />,
          exits: reached.map((exit) => t(exit)).join(', '),
        })}{' '}
        {reached.includes('trailing') && t('sellsNow.note')}
      </Notice>
    </div>
  );
}
