import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatCount } from '../../shared/format.ts';
import { Button } from './Button.tsx';

/**
 * The first `limit` items of a long list, and a button to show the others. `toggle` is null if
 * there are none.
 */
export function useExpandable<T>(
  items: readonly T[],
  limit: number,
): { readonly shown: readonly T[]; readonly toggle: JSX.Element | null } {
  const text = useTranslations('frame');
  const [expanded, setExpanded] = useState(false);
  // Hiding a single row behind a button would save nothing.
  if (items.length <= limit + 1) return { shown: items, toggle: null };
  const toggle = (
    <Button plain onClick={() => setExpanded(!expanded)}>
      {expanded ? text('showFewer') : text('showAll', { count: formatCount(items.length) })}
    </Button>
  );
  return { shown: expanded ? items : items.slice(0, limit), toggle };
}
