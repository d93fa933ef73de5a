import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useCancelOrderMutation, useLimitOrdersQuery, type RestingOrderFragment } from '../../gql/generated';
import { useTradeMode } from '../../lib/preferences';
import { accepted, refusalOf, useSubmit, type Refusal } from '../../lib/submit';
import { nodesOf } from '../../lib/whole-list';
import { Button } from '../../ui/button';
import { Field } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Select } from '../../ui/input';
import { ModeNotice } from '../../ui/mode-notice';
import { Notice } from '../../ui/notice';
import { RefusalText } from '../../ui/refusal-notice';
import { toast } from '../../ui/toast';

// As many as one page of the list has.
const PAGE = 100;

/** Cancels every resting order of one symbol, after a confirmation that counts them. */
export function CancelSymbolButton({ orders }: { orders: readonly RestingOrderFragment[] }) {
  const t = useTranslations('cancelSymbol');
  const [isOpen, setIsOpen] = useState(false);
  const symbols = [...new Set(orders.map(({ symbol }) => symbol))].sort();
  return (
    <>
      <Button onClick={() => setIsOpen(true)} disabled={symbols.length === 0}>
        {t('open')}
      </Button>
      {isOpen && <CancelSymbolDialog symbols={symbols} onClose={() => setIsOpen(false)} />}
    </>
  );
}

interface Refused {
  id: string;
  refusal: Refusal;
}

function CancelSymbolDialog({ symbols, onClose }: { symbols: readonly string[]; onClose: () => void }) {
  const t = useTranslations('cancelSymbol');
  const orders = useTranslations('orders');
  const tradeMode = useTradeMode();
  const [symbol, setSymbol] = useState(symbols[0] ?? '');
  // The list behind the dialog may show only its first page.
  const { data, refetch } = useLimitOrdersQuery({
    ...{ variables: { first: PAGE, filter: { tradeMode, symbol } }, fetchPolicy: 'network-only' },
  });
  const resting = nodesOf(data?.limitOrders);
  const [cancel] = useCancelOrderMutation();
  const [refused, setRefused] = useState<{ of: number; orders: readonly Refused[] }>();
  const submit = useSubmit();
  const run = async () => {
    const failed: Refused[] = [];
    for (const { id } of resting) {
      try {
        accepted((await cancel({ variables: { input: { jobId: id } } })).data?.cancelOrder);
      } catch (error) {
        const refusal = refusalOf(error);
        // Without an answer, the rest would not get one either; canceling again is safe.
        if (refusal.code === 'NETWORK' || refusal.code === 'UNAUTHENTICATED') throw error;
        failed.push({ id, refusal });
      }
    }
    setRefused(failed.length > 0 ? { of: resting.length, orders: failed } : undefined);
    if (failed.length < resting.length) toast.success(t('done', { count: resting.length - failed.length, symbol }));
    if (failed.length === 0) onClose();
    else void refetch().catch(() => undefined);
  };
  return (
    <FormDialog
      open
      danger
      repeatable
      onClose={onClose}
      title={t('title')}
      description={t('body')}
      keepLabel={orders('keep')}
      submitLabel={t('confirm', { count: resting.length })}
      blocked={resting.length === 0}
      onSubmit={(event) => {
        event.preventDefault();
        void submit.run(run);
      }}
      {...{ busy: submit.busy, late: submit.late, refusal: submit.refusal }}
    >
      <ModeNotice mode={tradeMode} />
      <Field label={t('symbol')} hint={t('count', { count: resting.length })}>
        <Select value={symbol} disabled={submit.busy} onChange={(event) => setSymbol(event.target.value)}>
          {symbols.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </Select>
      </Field>
      {refused && (
        <Notice tone="danger" title={t('failed', { failed: refused.orders.length, count: refused.of })}>
          <ul>
            {refused.orders.map(({ id, refusal }) => (
              <li key={id}>
                {id}: <RefusalText refusal={refusal} />
              </li>
            ))}
          </ul>
        </Notice>
      )}
    </FormDialog>
  );
}
