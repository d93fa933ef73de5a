import { useTranslations } from 'use-intl';
import type { NotificationType } from '../../gql/generated';
import { Button } from '../../ui/button';
import { Checkbox } from '../../ui/switch';

const CHOSEN: readonly NotificationType[] = [
  ...(['POSITION_OPENED', 'POSITION_CLOSED', 'STOP_LOSS_TRIGGERED', 'TAKE_PROFIT_TRIGGERED'] as const),
  ...(['TRAILING_STOP_TRIGGERED', 'PARTIAL_TP_TRIGGERED', 'ORDER_FILLED', 'TRADE_FAILED'] as const),
  ...(['SIGNAL_REFUSED', 'ORDER_UNKNOWN', 'CONNECTION_LOST', 'VAULT_ALERT'] as const),
  ...(['SYSTEM_ALERT', 'ALERT_RESOLVED'] as const),
];

interface EventChoiceProps {
  value: readonly NotificationType[];
  onChange: (value: NotificationType[]) => void;
  error: string | undefined;
}

/** The events that a webhook gets. */
export function EventChoice({ value, onChange, error }: EventChoiceProps) {
  const t = useTranslations('endpoints');
  const types = useTranslations('notifications.types');
  return (
    <fieldset>
      <legend className="mb-1.5 text-xs font-medium text-muted">{t('events')}</legend>
      <div className="grid gap-x-4 gap-y-1.5 sm:grid-cols-2">
        {CHOSEN.map((type) => (
          <Checkbox
            key={type}
            checked={value.includes(type)}
            onChange={({ target }) =>
              onChange(CHOSEN.filter((one) => (one === type ? target.checked : value.includes(one))))
            }
          >
            {types(type)}
          </Checkbox>
        ))}
      </div>
      <Button size="sm" className="mt-2" onClick={() => onChange([...CHOSEN])}>
        {t('all')}
      </Button>
      {error && (
        <p role="alert" className="mt-1.5 text-xs text-danger">
          {error}
        </p>
      )}
    </fieldset>
  );
}
