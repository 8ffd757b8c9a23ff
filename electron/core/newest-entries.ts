/**
 * Adds an entry to a map as its newest one, and removes the oldest one above the limit. For maps
 * whose keys clients choose.
 */
export function putNewest<K, T>(map: Map<K, T>, key: K, value: T, limit: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= limit) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
