import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { UpstreamState } from '../../../shared/slices.ts';
import { Button } from '../../ui/Button.tsx';

/** The button behind a shortened list of upstreams; null if none is hidden. */
export function useHiddenUpstreams(hidden: readonly UpstreamState[]): {
  readonly isExpanded: boolean;
  readonly toggle: JSX.Element | null;
} {
  const text = useTranslations('overview.upstreams');
  const [isExpanded, setExpanded] = useState(false);
  if (hidden.length === 0) return { isExpanded: false, toggle: null };
  const count = (health: UpstreamState['health']): number =>
    hidden.filter((each) => each.health === health).length;
  const up = count('up');
  const state =
    up === hidden.length
      ? text('allUp')
      : text('some', { down: count('down'), unknown: count('unknown'), up: String(up) });
  const toggle = (
    <Button plain onClick={() => setExpanded(!isExpanded)}>
      {isExpanded ? text('fewer') : text('more', { count: String(hidden.length), state })}
    </Button>
  );
  return { isExpanded, toggle };
}
