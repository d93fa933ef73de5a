import { useState, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { GatesChoicesQuery, OrderSide } from '../../gql/generated';
import { readDecimal } from '../../lib/read-decimal';
import { usePreferences } from '../../lib/preferences';
import { Field } from '../../ui/field';
import { Input, Select } from '../../ui/input';

/** Stands in the address for "no source" and "no account". */
export const NONE = 'none';

/** What the page asks about. */
export interface Choice {
  /** An id, or NONE. */
  source: string;
  account: string;
  symbol: string;
  side: OrderSide;
  /** Decimal text as the server reads it; null = the present price. */
  price: string | null;
}
type Values = Record<'source' | 'account' | 'symbol' | 'side' | 'price', string>;

/**
 * The choice in the address. Without one, the first source and the first account that it trades for; an account alone
 * is asked about alone.
 */
export function readChoice(values: Values, { webhookSources, exchangeAccounts }: GatesChoicesQuery): Choice {
  const sources = webhookSources.edges.map(({ node }) => node);
  const accounts = exchangeAccounts.edges.map(({ node }) => node);
  const first = values.account === '' || values.account === NONE ? sources[0]?.id : undefined;
  const source =
    sources.find(({ id }) => id === values.source)?.id ?? (values.source === '' ? first : undefined) ?? NONE;
  const bindings = sources.find(({ id }) => id === source)?.bindings ?? [];
  const bound = (bindings.find(({ isActive }) => isActive) ?? bindings[0])?.account.id;
  const usual = source === NONE ? accounts[0]?.id : bound;
  const account = accounts.find(({ id }) => id === values.account)?.id ?? (values.account === '' ? usual : undefined);
  return {
    ...{ source, account: account ?? NONE, symbol: values.symbol },
    ...{
      side: values.side === 'SELL' ? 'SELL' : 'BUY',
      price: /^\d{1,18}(\.\d{1,18})?$/.test(values.price) ? values.price : null,
    },
  };
}

interface GatesFormProps {
  choice: Choice;
  choices: GatesChoicesQuery;
  symbols: readonly string[];
  onChange: (change: Partial<Values>) => void;
  children: ReactNode;
}

/** Chooses the source, the account, the symbol and the kind of signal. */
export function GatesForm({ choice, choices, symbols, onChange, children }: GatesFormProps) {
  const t = useTranslations('gates');
  return (
    <div
      role="search"
      aria-label={t('title')}
      className="mb-4 grid grid-cols-2 items-end gap-3 sm:grid-cols-3 xl:grid-cols-[repeat(3,minmax(0,1fr))_7rem_minmax(0,1fr)_auto]"
    >
      <Field label={t('source')}>
        <Select
          data-filter
          value={choice.source}
          onChange={(event) => onChange({ source: event.target.value, account: '', symbol: '' })}
        >
          <option value={NONE}>{t('anySource')}</option>
          {choices.webhookSources.edges.map(({ node }) => (
            <option key={node.id} value={node.id}>
              {node.label}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={t('account')}>
        <Select value={choice.account} onChange={(event) => onChange({ account: event.target.value, symbol: '' })}>
          <option value={NONE}>{t('noAccount')}</option>
          {choices.exchangeAccounts.edges.map(({ node }) => (
            <option key={node.id} value={node.id}>
              {node.label}
            </option>
          ))}
        </Select>
      </Field>
      <SymbolField
        key={choice.account}
        symbol={choice.symbol}
        symbols={symbols}
        onChange={(symbol) => onChange({ symbol })}
      />
      <Field label={t('side')}>
        <Select value={choice.side} onChange={(event) => onChange({ side: event.target.value })}>
          <option value="BUY">{t('buy')}</option>
          <option value="SELL">{t('sell')}</option>
        </Select>
      </Field>
      <PriceField price={choice.price} onChange={(price) => onChange({ price })} />
      {children}
    </div>
  );
}

interface SymbolFieldProps {
  symbol: string;
  symbols: readonly string[];
  onChange: (symbol: string) => void;
}

/** Any symbol in any spelling. Empty: the first one that the account has a parameter for. The address follows. */
function SymbolField({ symbol, symbols, onChange }: SymbolFieldProps) {
  const t = useTranslations('gates');
  const [typed, setTyped] = useState<string>();
  return (
    <>
      <Field label={t('symbol')}>
        <Input
          value={typed ?? symbol}
          placeholder={symbols[0] ?? 'BTC/USDT'}
          list="gates-symbols"
          autoComplete="off"
          spellCheck={false}
          maxLength={40}
          onChange={({ target }) => {
            setTyped(target.value);
            onChange(target.value);
          }}
        />
      </Field>
      <datalist id="gates-symbols">
        {[...new Set(symbols)].map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </>
  );
}

/** The price that the signal names, for slippage and limit prices. */
function PriceField({ price, onChange }: { price: string | null; onChange: (price: string) => void }) {
  const t = useTranslations('gates');
  const { locale } = usePreferences();
  const [typed, setTyped] = useState<string>();
  const text = typed ?? price ?? '';
  const isUnread = text.trim() !== '' && readDecimal(text, locale) === null;
  return (
    <Field label={t('price')} error={isUnread ? t('priceRule') : undefined}>
      <Input
        value={text}
        placeholder={t('priceNow')}
        inputMode="decimal"
        autoComplete="off"
        className="num"
        onChange={({ target }) => {
          setTyped(target.value);
          onChange(readDecimal(target.value, locale) ?? '');
        }}
      />
    </Field>
  );
}
