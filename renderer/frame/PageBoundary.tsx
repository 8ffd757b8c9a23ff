import { Component } from 'react';
import type { JSX, ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Banner } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';

interface Props {
  readonly children: ReactNode;
}

interface State {
  readonly error: Error | null;
}

/** Keeps an error of one page from taking the others and the frame with it. */
export class PageBoundary extends Component<Props, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    return error === null ? this.props.children : <PageFailed error={error} />;
  }
}

function PageFailed({ error }: { readonly error: Error }): JSX.Element {
  const text = useTranslations('frame.state');
  return (
    <div role="alert">
      <Banner
        tone="bad"
        action={<Button onClick={() => location.reload()}>{text('reload')}</Button>}
      >
        {text('pageFailed')} {text('pageFailedDetail', { message: error.message })}
      </Banner>
    </div>
  );
}
