import type { GpuSource, SourceReading } from './source.ts';

export interface PolledSourceOptions {
  readonly name: string;
  readonly lookedFor: string;
  readonly intervalMs: number;
  /** What an empty answer means, as a phrase: `the amdgpu driver has no card`. */
  readonly nothing: string;
  read(): Promise<readonly SourceReading[]>;
}

/**
 * A source that has no stream and is asked again every interval, counted from the end of the
 * previous answer. While an answer hangs no second one is asked for, not even by a new run: each
 * could hold one of Node's few file-system threads for good.
 */
export function createPolledSource(options: PolledSourceOptions): GpuSource {
  let hanging = false;
  const read = async (): Promise<readonly SourceReading[]> => {
    hanging = true;
    try {
      return await options.read();
    } finally {
      hanging = false;
    }
  };
  return {
    name: options.name,
    lookedFor: options.lookedFor,
    open(events) {
      let stopped = false;
      let timer: NodeJS.Timeout | null = null;
      const end = (note: string): void => {
        if (stopped) return;
        stopped = true;
        events.ended(note);
      };
      const ask = (): void => {
        if (hanging) {
          end(`${options.name} has not answered an earlier question yet`);
          return;
        }
        read().then(
          (gpus) => {
            if (stopped) return;
            if (gpus.length === 0) {
              end(options.nothing);
              return;
            }
            timer = setTimeout(ask, options.intervalMs);
            events.readings(gpus);
          },
          (error: unknown) => end(`${options.name} failed: ${String(error)}`),
        );
      };
      // Not at once: `open` returns before anything is told.
      timer = setTimeout(ask, 0);
      return {
        stop() {
          stopped = true;
          if (timer !== null) clearTimeout(timer);
          return Promise.resolve();
        },
      };
    },
  };
}
