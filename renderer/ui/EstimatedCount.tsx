import type { JSX } from 'react';
import type { Provenance } from '../../shared/usage.ts';
import { formatCount, formatEstimated, formatMarked } from '../../shared/format.ts';
import css from './EstimatedCount.module.css';

export interface EstimatedCountProps {
  readonly value: number | null;
  readonly provenance: Provenance | null;
  /** The expected relative error of an estimate as a fraction; null if it is unknown. */
  readonly error: number | null;
}

/** A count such as `≈1,234 ±8 %`. In a narrow cell that wraps, the error has its own line. */
export function EstimatedCount({ value, provenance, error }: EstimatedCountProps): JSX.Element {
  const count = formatMarked(formatCount(value), provenance);
  const rest = formatEstimated(value, provenance, error).slice(count.length).trimStart();
  if (rest === '') return <>{count}</>;
  return (
    <>
      <span className={css.part}>{count}</span> <span className={css.error}>{rest}</span>
    </>
  );
}
