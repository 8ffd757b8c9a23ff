/**
 * Moves labels apart: the places nearest to the wanted ones (by least squares) that keep the order, a `gap` between
 * neighbours and the limits. The result is in the order of `wanted`.
 *
 * Subtracting `index * gap` turns the gap into "not smaller than the one before", which is isotonic regression; it is
 * solved by pooling adjacent violators.
 */
export function spread(
  wanted: readonly number[],
  gap: number,
  lowest: number,
  highest: number,
): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const pools: { sum: number; count: number }[] = [];
  order.forEach((index, rank) => {
    pools.push({ sum: (wanted[index] ?? 0) - rank * gap, count: 1 });
    mergeBack(pools);
  });
  const last = Math.max(lowest, highest - (wanted.length - 1) * gap);
  const means = pools.flatMap(({ sum, count }) => Array<number>(count).fill(sum / count));
  const places = Array<number>(wanted.length).fill(0);
  order.forEach((index, rank) => {
    places[index] = Math.min(last, Math.max(lowest, means[rank] ?? 0)) + rank * gap;
  });
  return places;
}

function mergeBack(pools: { sum: number; count: number }[]): void {
  for (;;) {
    const [before, after] = pools.slice(-2);
    if (before === undefined || after === undefined) return;
    if (before.sum / before.count <= after.sum / after.count) return;
    before.sum += after.sum;
    before.count += after.count;
    pools.pop();
  }
}
