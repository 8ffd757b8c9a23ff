/**
 * Waits for `work`, but at most `limitMs`. Resolves with true if the work was done in time. Rejects
 * if it failed in time; a later failure is ignored, because the caller no longer waits for it.
 */
export async function within(limitMs: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), Math.max(0, limitMs));
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
