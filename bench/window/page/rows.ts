/** Looks at the list of the activity page. */
import { afterPaint, nextFrame, painted } from './frames.ts';
import type { SeenRows } from './contract.ts';

const MOST_MS = 10_000;
let seen: SeenRows = { frames: 0, holes: 0, loading: 0 };
let isWatching = false;

export function watchRows(): void {
  seen = { frames: 0, holes: 0, loading: 0 };
  isWatching = true;
  void watch();
}

async function watch(): Promise<void> {
  while (isWatching) {
    await nextFrame();
    const { scrollTop } = grid();
    await afterPaint();
    // Scrolled since the frame was made, so what is there now was not painted.
    if (grid().scrollTop !== scrollTop) continue;
    const { hasHole, isLoading } = look();
    seen = {
      frames: seen.frames + 1,
      holes: seen.holes + Number(hasHole),
      loading: seen.loading + Number(isLoading),
    };
  }
}

export function stopWatching(): SeenRows {
  isWatching = false;
  return seen;
}

/** Sets the list to a share of its height. Returns the milliseconds until all rows in sight are painted. */
export async function jumpTo(share: number): Promise<number> {
  const list = grid();
  const began = performance.now();
  list.scrollTop = (list.scrollHeight - list.clientHeight) * share;
  for (;;) {
    await painted();
    const { hasHole, isLoading } = look();
    const ms = performance.now() - began;
    if ((!hasHole && !isLoading) || ms > MOST_MS) return ms;
    await nextFrame();
  }
}

function grid(): Element {
  const found = document.querySelector('main [role=grid]');
  if (found === null) throw new Error('There is no list.');
  return found;
}

function look(): { readonly hasHole: boolean; readonly isLoading: boolean } {
  const list = grid();
  const { top, bottom } = list.getBoundingClientRect();
  const head = list.querySelector('[role=columnheader]')?.getBoundingClientRect().bottom ?? top;
  const rows = [...list.querySelectorAll('[role=rowgroup] [role=row][aria-rowindex]')]
    .map((row) => ({ row, box: row.getBoundingClientRect() }))
    .filter(({ box }) => box.bottom > head && box.top < bottom && box.height > 0)
    .sort((a, b) => a.box.top - b.box.top);
  let reached = head + 1;
  let hasHole = false;
  for (const { box } of rows) {
    if (box.top > reached + 1) hasHole = true;
    reached = Math.max(reached, box.bottom);
  }
  return {
    // The last row may end above a scroll bar.
    hasHole: hasHole || reached < bottom - 20,
    isLoading: rows.some(({ row }) => row.querySelector('[aria-busy=true]') !== null),
  };
}
