import { TriangleAlert } from 'lucide-react';
import { Component, type ReactNode } from 'react';
import { useLocation } from 'react-router';
import { useTranslations } from 'use-intl';
import { Button } from '../ui/button';
import { EmptyState } from '../ui/empty-state';

/** Shows a notice in place of a page that threw an error. Another address shows its page again. */
export function PageBoundary({ children }: { children: ReactNode }) {
  return <Boundary key={useLocation().pathname}>{children}</Boundary>;
}

class Boundary extends Component<{ children: ReactNode }, { error?: unknown }> {
  override state: { error?: unknown } = {};
  static getDerivedStateFromError(error: unknown) {
    return { error };
  }
  override render() {
    return 'error' in this.state ? <PageFailed error={this.state.error} /> : this.props.children;
  }
}

function PageFailed({ error }: { error: unknown }) {
  const t = useTranslations('shell.error');
  const message = error instanceof Error ? error.message : String(error);
  return (
    <div role="alert">
      <EmptyState
        icon={<TriangleAlert aria-hidden />}
        title={t('title')}
        action={
          <Button tone="primary" onClick={() => location.reload()}>
            {t('reload')}
          </Button>
        }
      >
        <p>
          {t('body')} {t('update')}
        </p>
        <p className="mt-2 font-mono text-xs">{message}</p>
      </EmptyState>
    </div>
  );
}
