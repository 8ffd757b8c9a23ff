import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { formatRate } from '../../shared/format.ts';
import { useSliceOfSecond } from '../state/context.tsx';

/** Shows the speed in the window's title while something is generated. */
export function useWindowTitle(): void {
  const text = useTranslations('frame');
  const { outputTokensPerSecond } = useSliceOfSecond('throughput');
  const title =
    outputTokensPerSecond > 0
      ? text('titleRate', { rate: formatRate(outputTokensPerSecond) })
      : 'Tokwatt';
  useEffect(() => {
    document.title = title;
  }, [title]);
}
