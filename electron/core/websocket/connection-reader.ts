import { FrameReader } from './frames.ts';
import type { FrameSink, MessageKind } from './frames.ts';
import { Inflater } from './inflater.ts';
import type { InflateLimits } from './inflater.ts';

export type Side = 'client' | 'server';

/** Receives the messages of a connection, decompressed. Nothing in it may modify the bytes. */
export interface MessageSink {
  begin(side: Side, kind: MessageKind): void;
  data(side: Side, bytes: Buffer): void;
  end(side: Side): void;
  /** The side sent a Close frame. */
  close(side: Side): void;
  /**
   * The reading has stopped for both sides. Called at most once, as the last.
   *
   * @param failure what this sink threw; null if the bytes cannot be read: they break the protocol,
   * are corrupt, or exceed a limit
   */
  stop(failure: { readonly error: unknown } | null): void;
}

export interface ReadLimits extends InflateLimits {
  /** Most bytes waiting to be decompressed, with the memory of the steps that hold them. */
  readonly pendingBytes: number;
}

export const READ_LIMITS: ReadLimits = {
  pendingBytes: 8 * 1024 * 1024,
  ratio: 400,
  freeBytes: 16 * 1024 * 1024,
};

/** Memory that a waiting step takes in addition to its bytes. */
const STEP_BYTES = 64;

/** A step of the reading. Null if it is done; a promise for false if the bytes cannot be read. */
type Task = () => Promise<boolean> | null;

function atOnce(step: () => void): Task {
  return () => {
    step();
    return null;
  };
}

/**
 * Reads a copy of both directions of a WebSocket connection. Messages arrive at the sink in the
 * order of their bytes: at once, or after decompression. Both directions share one queue, so that
 * an answer never overtakes its request. No message is held; only its compressed bytes wait.
 */
export class ConnectionReader {
  readonly #sink: MessageSink;
  readonly #limits: ReadLimits;
  readonly #frames: Readonly<Record<Side, FrameReader>>;
  readonly #inflaters: Inflater[] = [];
  /** False if no message is compressed, so that none ever waits. */
  readonly #mayWait: boolean;
  #tasks: Task[] = [];
  #pending = 0;
  /** Resolves when the queue is empty; null while it is. */
  #running: Promise<void> | null = null;
  #isStopped = false;

  /** @param isDeflate true if permessage-deflate was negotiated */
  constructor(isDeflate: boolean, sink: MessageSink, limits: ReadLimits = READ_LIMITS) {
    this.#sink = sink;
    this.#limits = limits;
    this.#mayWait = isDeflate;
    this.#frames = {
      client: this.#direction('client'),
      server: this.#direction('server'),
    };
  }

  /** Takes bytes in the order of their arrival. Never throws. */
  push(side: Side, chunk: Buffer): void {
    if (this.#isStopped) return;
    const frames = this.#frames[side];
    try {
      frames.push(chunk);
      if (frames.isInvalid) this.#take(() => Promise.resolve(false));
    } catch (error) {
      this.#stop({ error });
    }
  }

  /** A promise for the delivery of all bytes so far; null if they are delivered. */
  settle(): Promise<void> | null {
    return this.#isStopped ? null : this.#running;
  }

  /** Ends the reading and releases its memory. The sink gets no more calls. */
  close(): void {
    this.#isStopped = true;
    this.#tasks = [];
    for (const inflater of this.#inflaters) inflater.close();
  }

  #direction(side: Side): FrameReader {
    const sink = this.#sink;
    const deliver = (bytes: Buffer): void => this.#deliver(side, bytes);
    const inflater = new Inflater(this.#limits, deliver);
    this.#inflaters.push(inflater);
    let isCompressed = false;
    const frameSink: FrameSink = {
      begin: (kind, compressed) => {
        isCompressed = compressed;
        this.#take(atOnce(() => sink.begin(side, kind)));
      },
      data: (bytes) => {
        const task = isCompressed ? () => inflater.write(bytes) : atOnce(() => deliver(bytes));
        this.#take(task, bytes.length);
      },
      end: () => {
        if (isCompressed) this.#take(() => inflater.end());
        this.#take(atOnce(() => sink.end(side)));
      },
      close: () => this.#take(atOnce(() => sink.close(side))),
    };
    return new FrameReader(frameSink, this.#mayWait);
  }

  /** An error must be caught here, because decompressed bytes come from a stream's event. */
  #deliver(side: Side, bytes: Buffer): void {
    if (this.#isStopped) return;
    try {
      this.#sink.data(side, bytes);
    } catch (error) {
      this.#stop({ error });
    }
  }

  /** Runs a step after all earlier ones. `bytes` is the size of the bytes it holds until then. */
  #take(task: Task, bytes = 0): void {
    if (this.#isStopped) return;
    if (!this.#mayWait) {
      if (task() !== null) this.#stop(null);
      return;
    }
    this.#pending += bytes + STEP_BYTES;
    if (this.#pending > this.#limits.pendingBytes) {
      this.#stop(null);
      return;
    }
    this.#tasks.push(() => {
      this.#pending -= bytes + STEP_BYTES;
      return task();
    });
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    // Collects all frames of a chunk first.
    await Promise.resolve();
    try {
      while (this.#tasks.length > 0) {
        const tasks = this.#tasks;
        this.#tasks = [];
        for (const task of tasks) {
          if (this.#isStopped) return;
          const step = task();
          if (step !== null && !(await step)) this.#stop(null);
        }
      }
    } catch (error) {
      this.#stop({ error });
    }
    this.#running = null;
  }

  #stop(failure: { readonly error: unknown } | null): void {
    if (this.#isStopped) return;
    this.close();
    this.#sink.stop(failure);
  }
}
