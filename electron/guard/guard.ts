import { CoreProcess } from './core-process.ts';
import type { Handle } from './core-process.ts';
import type { GuardedPort, PassTarget, PortAddress } from './messages.ts';
import { passBytes } from './passing.ts';
import type { Passing } from './passing.ts';

/** A core that says nothing for so long is away, milliseconds. Its heart beats about once a second. */
const SILENT_MS = 5_000;
/** A core that is silent for so long is ended and started again. */
const HUNG_MS = 60_000;
const CHECK_MS = 250;
/** A check that is so late was held up itself: the machine slept, or it has no processor left. */
const LATE_MS = 1_500;
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 10_000;
/** A core that ran so long starts at once after its next end. */
const STEADY_MS = 60_000;
/** The time to end after a signal. The core needs five seconds at most. */
const END_MS = 10_000;

interface HeldPort extends PortAddress {
  to: PassTarget | null;
  handle: Handle;
  passing: Passing | null;
  /** The core's own handle of the socket that is passed now. */
  next: Handle | null;
}

export interface GuardOptions {
  /** The core's file, with its arguments. */
  readonly command: readonly string[];
  /** Descriptors of listening sockets that the service manager has opened. */
  readonly given: readonly number[];
  readonly say: (line: string) => void;
  readonly exit: (status: number) => void;
}

/**
 * Holds the core's listening sockets. While the core is away or silent it accepts their connections and passes the
 * bytes, and it starts a core that has ended again.
 */
export class Guard {
  readonly #options: GuardOptions;
  readonly #ports = new Map<string, HeldPort>();
  #core: CoreProcess | null = null;
  #startedAt = 0;
  /** The last heartbeat of this core; null before its first. */
  #beatAt: number | null = null;
  #checkedAt = performance.now();
  #wasReady = false;
  #isEnding = false;
  #retryMs = FIRST_RETRY_MS;
  /** Since when bytes pass unmetered, Unix milliseconds; null while the core meters. */
  #awaySince: number | null = null;
  #connections = 0;

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  start(): void {
    this.#startCore();
    setInterval(() => this.#check(), CHECK_MS);
  }

  /** Passes a signal on. A second that asks for an end changes nothing. */
  signal(name: NodeJS.Signals): void {
    this.#core?.kill(name);
    if (name === 'SIGHUP' || this.#isEnding) return;
    this.#isEnding = true;
    if (this.#core === null) this.#options.exit(0);
    setTimeout(() => {
      this.#core?.kill('SIGKILL');
      this.#options.exit(1);
    }, END_MS);
  }

  #startCore(): void {
    if (this.#isEnding) return;
    this.#startedAt = performance.now();
    this.#beatAt = null;
    const held = [...this.#ports.values()].map(({ handle }) => handle);
    this.#core = new CoreProcess({
      command: this.#options.command,
      sockets: [...this.#options.given, ...held],
      onBeat: (ports) => this.#onBeat(ports),
      onListener: (at, handle) => this.#onListener(at, handle),
      onExit: (code, signal) => this.#onExit(code, signal),
    });
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null): void {
    this.#core = null;
    const { exit, say } = this.#options;
    // One that never ran has said itself what is wrong.
    if (this.#isEnding || code === 0 || !this.#wasReady) {
      exit(code ?? 1);
      return;
    }
    say(`the core ended (${signal ?? `status ${code}`}); bytes pass unmetered until it is back`);
    this.#passAll(Date.now());
    if (performance.now() - this.#startedAt > STEADY_MS) this.#retryMs = FIRST_RETRY_MS;
    setTimeout(() => this.#startCore(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }

  #onBeat(ports: readonly GuardedPort[]): void {
    this.#beatAt = performance.now();
    this.#wasReady = true;
    const keys = new Set(ports.map(keyOf));
    for (const port of ports) {
      const held = this.#ports.get(keyOf(port));
      if (held !== undefined) held.to = port.to;
    }
    for (const [key, port] of this.#ports) if (!keys.has(key)) this.#drop(key, port);
    if (this.#awaySince !== null) this.#handBack(this.#awaySince);
  }

  #onListener(at: PortAddress, handle: Handle): void {
    const key = keyOf(at);
    const held = this.#ports.get(key);
    if (held === undefined) {
      this.#ports.set(key, { ...at, to: null, handle, passing: null, next: null });
    } else if (held.passing === null) {
      held.handle.close();
      held.handle = handle;
    } else {
      held.next?.close();
      held.next = handle;
    }
  }

  #check(): void {
    const now = performance.now();
    const isLate = now - this.#checkedAt > LATE_MS;
    this.#checkedAt = now;
    if (this.#core === null || this.#isEnding) return;
    if (this.#beatAt === null) {
      // A core that hangs while it starts never says anything.
      if (now - this.#startedAt > HUNG_MS) this.#core.kill('SIGKILL');
      return;
    }
    if (isLate) this.#beatAt = Math.max(this.#beatAt, now - SILENT_MS / 2);
    const silentMs = now - this.#beatAt;
    if (silentMs > HUNG_MS) this.#core.kill('SIGKILL');
    else if (silentMs > SILENT_MS && this.#awaySince === null) {
      this.#options.say('the core is silent; bytes pass unmetered until it is back');
      this.#passAll(Date.now() - silentMs);
    }
  }

  #passAll(since: number): void {
    this.#awaySince ??= since;
    for (const [key, port] of this.#ports) {
      port.next?.close();
      port.next = null;
      port.passing ??= passBytes({
        handle: port.handle,
        at: port,
        to: () => port.to,
        onConnection: () => (this.#connections += 1),
        onError: () => this.#ports.delete(key),
      });
    }
  }

  /** Ends the passing as soon as the core has the sockets, and tells it what it did not see. */
  #handBack(since: number): void {
    const passed = [...this.#ports.values()];
    if (passed.some(({ passing, next }) => passing !== null && next === null)) {
      this.#core?.tell({ donate: true });
      return;
    }
    for (const port of passed) {
      port.passing?.handBack();
      port.passing = null;
      port.handle = port.next ?? port.handle;
      port.next = null;
    }
    const connections = this.#connections;
    this.#awaySince = null;
    this.#connections = 0;
    this.#options.say(`the core is back; ${connections} connections passed unmetered`);
    this.#core?.tell({ unmetered: { from: Math.round(since), to: Date.now(), connections } });
  }

  /** The core does not listen there any more. */
  #drop(key: string, { passing, handle, next }: HeldPort): void {
    next?.close();
    if (passing === null) handle.close();
    else passing.handBack();
    this.#ports.delete(key);
  }
}

function keyOf({ address, port }: PortAddress): string {
  return `${address} ${port}`;
}
