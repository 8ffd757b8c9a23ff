/** True for a finite number from 0 on. Anything else that a server reports would break a sum. */
export function isAmount(value: number | null): value is number {
  return value !== null && Number.isFinite(value) && value >= 0;
}
