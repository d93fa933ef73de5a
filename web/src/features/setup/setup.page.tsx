import { useState } from 'react';
import { useLocation } from 'react-router';
import { useTranslations } from 'use-intl';
import { type CheckSetupCodeMutation } from '../../gql/generated';
import { AuthFrame } from '../../ui/auth-frame';
import { AdminStep, type Person } from './admin-step';
import { CodeStep } from './code-step';
import { RecoveryStep, type Done } from './recovery-step';
import { RestoreStep } from './restore-step';
import { ScanStep } from './scan-step';

type Checked = CheckSetupCodeMutation['checkSetupCode'] & { setupCode: string };

/** The first start: the one-time code of the log, then the first administrator, or the command that restores a backup. */
export function SetupPage() {
  const t = useTranslations('setup');
  const given = useLocation().hash.slice(1);
  const [checked, setChecked] = useState<Checked>();
  const [isRestoring, setIsRestoring] = useState(false);
  const [person, setPerson] = useState<Person>();
  const [isScanning, setIsScanning] = useState(false);
  const [done, setDone] = useState<Done>();
  const step = done ? 3 : isScanning ? 2 : checked ? 1 : 0;
  return (
    // Each step starts at its first field.
    <AuthFrame key={`${step} ${isRestoring}`} title={t('title')} isWide>
      <h1 className="text-lg font-semibold">{t('title')}</h1>
      {!isRestoring && <Steps at={step} />}
      {done ? (
        <RecoveryStep done={done} />
      ) : !checked ? (
        <CodeStep key={given} given={given} onChecked={setChecked} />
      ) : isRestoring ? (
        <RestoreStep backups={checked.backups} onBack={() => setIsRestoring(false)} />
      ) : isScanning && person ? (
        <ScanStep {...{ person, setupCode: checked.setupCode, onDone: setDone }} onBack={() => setIsScanning(false)} />
      ) : (
        <AdminStep
          person={person}
          onNext={(next) => {
            setPerson(next);
            setIsScanning(true);
          }}
          onRestore={() => setIsRestoring(true)}
        />
      )}
    </AuthFrame>
  );
}

const STEPS = ['code', 'admin', 'factor', 'recovery'] as const;

/** Where in the set-up this is. */
function Steps({ at }: { at: number }) {
  const t = useTranslations('setup.steps');
  return (
    <div className="mt-3 mb-5">
      <ol className="grid grid-cols-4 gap-1.5" aria-label={t('label')}>
        {STEPS.map((name, index) => (
          <li
            key={name}
            aria-current={index === at ? 'step' : undefined}
            className={`border-t-2 pt-1.5 text-xs ${
              index === at
                ? 'border-accent font-semibold text-text'
                : index < at
                  ? 'border-accent/50 text-muted'
                  : 'border-line-strong text-faint'
            }`}
          >
            <span className="phone:sr-only">{t(name)}</span>
          </li>
        ))}
      </ol>
      {/* Four names side by side do not fit on a phone. */}
      <p aria-hidden className="hidden text-xs font-semibold phone:block">
        {t(STEPS[at] ?? 'code')}
      </p>
    </div>
  );
}
