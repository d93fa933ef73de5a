import { Download } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { buttonClass } from './button';

/** Lists and reports of the server's export; see GET /export/:list. */
export type ExportName =
  | 'positions'
  | 'report-days'
  | 'report-symbols'
  | 'report-sources'
  | 'report-accounts'
  | 'report-equity'
  | 'report-summary'
  | 'audit-log';

interface ExportLinkProps {
  list: ExportName;
  /** What the list on the page is filtered by: the file has all of it, not only what is loaded. */
  filter: Readonly<Record<string, string | null | undefined>>;
}

/** Saves everything that the filter finds as CSV. */
export function ExportLink({ list, filter }: ExportLinkProps) {
  const t = useTranslations('common');
  const given = Object.entries(filter).flatMap(([name, value]) => (value ? [[name, value] as const] : []));
  const query = new URLSearchParams(given.map(([name, value]) => [name, value]));
  return (
    <a href={`/export/${list}?${query.toString()}`} download={`${list}.csv`} className={buttonClass('quiet', 'sm')}>
      <Download className="size-3.5" aria-hidden />
      {t('exportCsv')}
    </a>
  );
}
