/** The index of the time nearest to `at` in rising `times`; -1 if there are none. */
export function nearestIndex(times: readonly number[], at: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return times.length === 0 ? -1 : 0;
  const before = times[low - 1] ?? 0;
  const after = times[low];
  return after === undefined || at - before <= after - at ? low - 1 : low;
}

/** The usual distance of neighbours: the smallest one. Infinity for fewer than two times. */
export function usualStep(times: readonly number[]): number {
  let step = Number.POSITIVE_INFINITY;
  for (let index = 1; index < times.length; index += 1) {
    const distance = (times[index] ?? 0) - (times[index - 1] ?? 0);
    if (distance > 0 && distance < step) step = distance;
  }
  return step;
}
