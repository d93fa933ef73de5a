import { useLocale, useTranslations } from 'use-intl';
import { useFormat } from '../lib/format';
import { Reason } from './reason';

interface TraceStep {
  name: string;
  value: string;
  source: string;
}

const DECIMAL = /^-?\d+(\.\d+)?$/;
const nameParts = /^(.*?)(?: (\d+))?$/;

/** Where each number of a decision came from, step by step. */
export function TraceList({ trace, label }: { trace: readonly TraceStep[]; label: string }) {
  const t = useTranslations('trace');
  const format = useFormat();
  const isEnglish = useLocale() === 'en';
  const nameOf = (name: string) => {
    const [, word = name, number] = nameParts.exec(name) ?? [];
    const key = word.replaceAll(' ', '_');
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
          <span className="min-w-0">
            {step.name === 'decision' ? (
              <Decision {...step} />
            ) : (
              <>
                <span className="num font-medium break-words">
                  {DECIMAL.test(step.value) ? format.decimal(step.value) : step.value}
                </span>
                <span lang={isEnglish ? undefined : 'en'} className="num block text-xs break-words text-faint">
                  {step.source}
                </span>
              </>
            )}
          </span>
        </li>
      ))}
    </ol>
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
