import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../../ui/Button.tsx';
import css from './Alerts.module.css';

/** The button that reads the next page of a list. Nothing at its end. */
export function Older({
  pages: { hasNextPage, isFetchingNextPage, fetchNextPage },
}: {
  readonly pages: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => unknown;
  };
}): JSX.Element | null {
  const text = useTranslations('alerts.history');
  if (!hasNextPage) return null;
  return (
    <p className={css.older}>
      <Button onClick={() => void fetchNextPage()} disabled={isFetchingNextPage}>
        {text('older')}
      </Button>
    </p>
  );
}
