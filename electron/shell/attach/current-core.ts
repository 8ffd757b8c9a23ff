import type { CoreHandlers } from '../../../shared/ipc.ts';
import type { Message } from '../../../shared/sentences.ts';
import type { Delta, Snapshot } from '../../../shared/snapshot.ts';
import type { Core, Ready } from '../../core/core-contract.ts';

/** A core that can be replaced by another one while the window and the tray show it. */
export class CurrentCore implements Core {
  readonly handlers: CoreHandlers;
  readonly sleep: Core['sleep'] = {
    suspend: () => this.#core.sleep.suspend(),
    resume: () => this.#core.sleep.resume(),
  };
  readonly #listeners = new Set<(delta: Delta) => void>();
  #core: Core;
  #unsubscribe: () => void;
  #seq = 1;

  constructor(core: Core) {
    this.#core = core;
    this.#unsubscribe = core.subscribe(({ changed }) => this.#send(changed));
    this.handlers = this.#createHandlers();
  }

  /** Shows another core, which is started, and stops the one before. */
  async replace(core: Core): Promise<void> {
    const before = this.#core;
    this.#unsubscribe();
    this.#core = core;
    this.#unsubscribe = core.subscribe(({ changed }) => this.#send(changed));
    this.#send(core.snapshot().state);
    await before.stop();
  }

  start(): Promise<Ready> {
    return this.#core.start();
  }

  stop(): Promise<void> {
    this.#unsubscribe();
    return this.#core.stop();
  }

  snapshot(): Snapshot {
    const { state } = this.#core.snapshot();
    return { seq: this.#seq, state };
  }

  subscribe(listener: (delta: Delta) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  tell(topic: string, message: Message | null): void {
    this.#core.tell(topic, message);
  }

  reportUnhandled(error: unknown): void {
    this.#core.reportUnhandled(error);
  }

  askApi(request: Request): Promise<Response> {
    return this.#core.askApi(request);
  }

  #send(changed: Delta['changed']): void {
    this.#seq += 1;
    for (const listener of this.#listeners) listener({ seq: this.#seq, changed });
  }

  /** Each call goes to the core that is shown when it is made. */
  #createHandlers(): CoreHandlers {
    const names = Object.keys(this.#core.handlers) as (keyof CoreHandlers)[];
    // The contract links input and output to a call's name, which generic code cannot follow.
    const forward = (name: keyof CoreHandlers) => (input: unknown) =>
      this.#core.handlers[name](input as never);
    const handlers = Object.fromEntries(names.map((name) => [name, forward(name)]));
    return { ...(handlers as unknown as CoreHandlers), getSnapshot: () => this.snapshot() };
  }
}
