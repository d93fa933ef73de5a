import { useTranslations } from 'use-intl';
import { useFormat } from '../lib/format';
import { readTraceSource } from '../lib/trace-source';
import { Reason } from './reason';

interface TraceStep {
  name: string;
  value: string;
  source: string;
}

const DECIMAL = /^-?\d+(\.\d+)?$/;
const MEASURE = /^(-?\d+(?:\.\d+)?) (%|h|ms)$/;
const STAMP = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const NAME_PARTS = /^(.*?)(?: (\d+))?$/;
const keyOf = (words: string) => words.replaceAll(' ', '_');

/** Where each number of a decision came from, step by step, in the reader's language and time zone. */
export function TraceList({ trace, label }: { trace: readonly TraceStep[]; label: string }) {
  const t = useTranslations('trace');
  const nameOf = (name: string) => {
    const [, word = name, number] = NAME_PARTS.exec(name) ?? [];
    const key = keyOf(word);
    return t.has(key) ? `${t(key)}${number ? ` ${number}` : ''}` : name;
  };
  return (
    <ol aria-label={label} className="flex flex-col text-sm">
      {trace.map((step) => (
        <li
          key={`${step.name}: ${step.value}`}
          className="grid grid-cols-[7.5rem_1fr] gap-x-3 border-t border-line/60 py-1.5 first:border-t-0"
        >
          <span className="text-muted">{nameOf(step.name)}</span>
          <span className="min-w-0">{step.name === 'decision' ? <Decision {...step} /> : <Step {...step} />}</span>
        </li>
      ))}
    </ol>
  );
}

function Step({ value, source }: TraceStep) {
  const t = useTranslations('trace.values');
  const reasons = useTranslations('reasons');
  const format = useFormat();
  // For a position that was not sold, the value is a reason code instead of a number.
  if (reasons.has(value)) return <Reason code={value} message={source} />;
  const [, number, unit] = MEASURE.exec(value) ?? [];
  const text = () => {
    if (DECIMAL.test(value)) return format.decimal(value);
    if (number !== undefined) return `${format.decimal(number)}${unit === '%' ? '%' : ` ${unit}`}`;
    return t.has(keyOf(value)) ? t(keyOf(value)) : value;
  };
  return (
    <>
      <span className="num font-medium break-words">{text()}</span>
      <Source sentence={source} />
    </>
  );
}

function Source({ sentence }: { sentence: string }) {
  const t = useTranslations('trace.from');
  const words = useTranslations('words');
  const format = useFormat();
  const known = readTraceSource(sentence);
  const shown = (name: string, value: string): string => {
    if (name === 'side' && words.has(`side.${value}`)) return words(`side.${value}`);
    if (name === 'orderType' && words.has(`orderType.${value}`)) return words(`orderType.${value}`);
    if (STAMP.test(value)) return format.dayTime(value);
    return name !== 'id' && DECIMAL.test(value) ? format.decimal(value) : value;
  };
  const text = () => {
    if (!known) return sentence;
    const values = Object.entries(known.values).map(([name, value]) => [name, shown(name, value)] as const);
    return t(known.key, Object.fromEntries(values));
  };
  return (
    <span lang={known ? undefined : 'en'} className="num block text-xs break-words text-faint">
      {text()}
    </span>
  );
}

/** The last step: an order, or the reason for none. */
function Decision({ value, source }: TraceStep) {
  const t = useTranslations('trace');
  const exits = useTranslations('words.exitReason');
  if (exits.has(value)) return <span className="font-medium">{exits(value)}</span>;
  if (value !== 'trade') return <Reason code={value} message={source} />;
  return (
    <>
      <span className="font-medium">{t('trade')}</span>
      <span className="block text-xs text-faint">{t('passed')}</span>
    </>
  );
}
