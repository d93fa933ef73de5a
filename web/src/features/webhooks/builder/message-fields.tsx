import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import { useSourcePhrasesQuery, type SourceDetailFragment } from '../../../gql/generated';
import { amountFault, countFault } from '../../../lib/field-rules';
import { Card } from '../../../ui/card';
import { DecimalInput } from '../../../ui/decimal-input';
import { Field } from '../../../ui/field';
import { Input, Select } from '../../../ui/input';
import { Segmented } from '../../../ui/segmented';
import { Checkbox } from '../../../ui/switch';
import type { Choices, Identity, Price } from './message';

export const NUMBERS = { least: 1, most: 999, required: true };
export const MAX_LAG = { least: 1, most: 86_400 };

interface MessageFieldsProps {
  source: SourceDetailFragment;
  choices: Choices;
  onChange: (change: Partial<Choices>) => void;
}

/** What the message says. Only fields that the server reads are offered. */
export function MessageFields({ source, choices, onChange }: MessageFieldsProps) {
  const t = useTranslations('webhooks.builder');
  const isText = choices.format === 'TEXT';
  return (
    <Card title={t('says')}>
      <div className="flex flex-col gap-4">
        <div className="flex flex-col items-start gap-1.5">
          <p className="text-xs font-medium text-muted">{t('action')}</p>
          <div className="max-w-full overflow-x-auto">
            <Segmented
              label={t('action')}
              value={choices.action}
              onChange={(action) => onChange({ action, words: '' })}
              options={(['STRATEGY', 'BUY', 'SELL'] as const).map((value) => ({ value, label: t(`actions.${value}`) }))}
            />
          </div>
          <p className="text-xs text-faint">{t(`actionHints.${choices.action}`)}</p>
        </div>
        <div className="grid grid-cols-1 items-start gap-4 sm:grid-cols-2">
          <SymbolField symbol={choices.symbol} onChange={onChange} />
          {choices.action !== 'STRATEGY' && !source.hasBodyToken && (
            <Field label={t('format')} hint={isText ? t('textHint') : undefined}>
              <Select
                value={choices.format}
                onChange={(event) => onChange({ format: event.target.value as Choices['format'] })}
              >
                <option value="JSON">{t('formats.JSON')}</option>
                <option value="TEXT">{t('formats.TEXT')}</option>
              </Select>
            </Field>
          )}
          {isText && <WordsField source={source} choices={choices} onChange={onChange} />}
          <PriceFields choices={choices} onChange={onChange} />
          <IdentityFields choices={choices} onChange={onChange} />
        </div>
        {!isText && (
          <Checkbox checked={choices.timeframe} onChange={(event) => onChange({ timeframe: event.target.checked })}>
            {t('timeframe')}
          </Checkbox>
        )}
        <p className="border-t border-line pt-3 text-xs text-muted">
          {t.rich('notHere', {
            parameters: (text) => (
              <Link to="/parameters" className="rounded text-accent underline underline-offset-2">
                {text}
              </Link>
            ),
          })}
        </p>
      </div>
    </Card>
  );
}

type PartProps = Pick<MessageFieldsProps, 'choices' | 'onChange'>;

/** The symbol: empty means that of the chart. */
function SymbolField({ symbol, onChange }: { symbol: string; onChange: MessageFieldsProps['onChange'] }) {
  const t = useTranslations('webhooks.builder');
  const isWrong =
    symbol.trim() !== '' &&
    !/^(?:[\w]{2,20}:)?[A-Za-z0-9]{1,20}[/_.-]?[A-Za-z0-9]{1,10}(?:\.\w{1,5})?$/.test(symbol.trim());
  return (
    <Field label={t('symbol')} hint={t('symbolHint')} error={isWrong ? t('symbolRule') : undefined}>
      <Input
        autoComplete="off"
        spellCheck={false}
        placeholder={t('symbolOfChart')}
        value={symbol}
        onChange={(event) => onChange({ symbol: event.target.value })}
      />
    </Field>
  );
}

function PriceFields({ choices, onChange }: PartProps) {
  const t = useTranslations('webhooks.builder');
  const rules = useTranslations('common.rules');
  const prices: Price[] =
    choices.action === 'STRATEGY' ? ['CLOSE', 'ORDER', 'FIXED', 'NONE'] : ['CLOSE', 'FIXED', 'NONE'];
  const fault = choices.price === 'FIXED' ? amountFault(choices.fixedPrice) : undefined;
  return (
    <>
      <Field label={t('price')} hint={t('priceHint')}>
        <Select value={choices.price} onChange={(event) => onChange({ price: event.target.value as Price })}>
          {prices.map((value) => (
            <option key={value} value={value}>
              {t(`prices.${value}`)}
            </option>
          ))}
        </Select>
      </Field>
      {choices.price === 'FIXED' && (
        <Field label={t('fixedPrice')} error={fault && rules(...fault)}>
          <DecimalInput value={choices.fixedPrice} onChange={(value) => onChange({ fixedPrice: value ?? '' })} />
        </Field>
      )}
    </>
  );
}

function IdentityFields({ choices, onChange }: PartProps) {
  const t = useTranslations('webhooks.builder');
  const rules = useTranslations('common.rules');
  const { identity, number, maxLagSec, action, format } = choices;
  const kinds: Identity[] =
    format === 'TEXT'
      ? ['TIME', 'BODY']
      : ['TIME', 'NUMBER', ...(action === 'STRATEGY' ? (['ORDER'] as const) : []), 'BODY'];
  const numberFault = countFault(number, NUMBERS);
  const lagFault = countFault(maxLagSec, MAX_LAG);
  return (
    <>
      <Field label={t('identity')} hint={t(`identityHints.${identity}`)}>
        <Select value={identity} onChange={(event) => onChange({ identity: event.target.value as Identity })}>
          {kinds.map((value) => (
            <option key={value} value={value}>
              {t(`identities.${value}`)}
            </option>
          ))}
        </Select>
      </Field>
      {identity === 'NUMBER' && (
        <Field label={t('number')} hint={t('numberHint')} error={numberFault && rules(...numberFault)}>
          <Input
            inputMode="numeric"
            className="num"
            value={number}
            onChange={(event) => onChange({ number: event.target.value })}
          />
        </Field>
      )}
      {format === 'JSON' && identity !== 'BODY' && (
        <Field label={t('maxLag')} hint={t('maxLagHint')} error={lagFault && rules(...lagFault)}>
          <Input
            inputMode="numeric"
            className="num"
            value={maxLagSec}
            onChange={(event) => onChange({ maxLagSec: event.target.value })}
          />
        </Field>
      )}
    </>
  );
}

const KNOWN_WORDS = { BUY: ['buy', 'compra', 'Caça Fundo'], SELL: ['sell', 'venda', 'Caça Topo'], STRATEGY: [] };

/** The order words of a text: those that every source knows, and the phrases that this one was taught. */
function WordsField({ source, choices, onChange }: MessageFieldsProps) {
  const t = useTranslations('webhooks.builder');
  const { data } = useSourcePhrasesQuery({ variables: { sourceId: source.id } });
  const known = KNOWN_WORDS[choices.action];
  const taught = (data?.webhookSource?.phrases ?? [])
    .filter(({ meaning, phrase }) => meaning === choices.action && !phrase.includes('#'))
    .map(({ phrase }) => phrase);
  return (
    <Field label={t('words')} hint={t('wordsHint')}>
      <Select value={choices.words || known[0]} onChange={(event) => onChange({ words: event.target.value })}>
        {[...known, ...taught].map((word) => (
          <option key={word} value={word}>
            {word}
          </option>
        ))}
      </Select>
    </Field>
  );
}
