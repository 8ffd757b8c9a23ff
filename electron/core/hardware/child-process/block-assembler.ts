import type { SourceReading } from '../source.ts';

/** A pause of this length ends a block of lines, milliseconds. */
const QUIET_MS = 60;

export interface BlockAssembler {
  add(reading: SourceReading): void;
  /** Delivers the lines collected so far. */
  close(): void;
}

/**
 * Collects the lines of one block. A block is complete when the GPU indexes start again or after a
 * pause, because the tool prints no end mark.
 */
export function createBlockAssembler(
  onBlock: (gpus: readonly SourceReading[]) => void,
  quietMs: number = QUIET_MS,
): BlockAssembler {
  let block: SourceReading[] = [];
  let timer: NodeJS.Timeout | null = null;
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const complete = block;
    block = [];
    if (complete.length > 0) onBlock(complete);
  };
  return {
    add(reading) {
      const last = block.at(-1);
      if (last !== undefined && reading.index <= last.index) flush();
      block.push(reading);
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(flush, quietMs);
    },
    close: flush,
  };
}
