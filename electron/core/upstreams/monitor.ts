import { sentence } from '../../../shared/sentences.ts';
import type { Sentence } from '../../../shared/sentences.ts';
import type { UpstreamHealth } from '../../../shared/slices.ts';
import type { Upstream } from '../proxy/tap.ts';
import { NO_CREDENTIALS, withCredentials } from './credentials.ts';
import type { CredentialsOf } from './credentials.ts';
import { LOADING_NOTE, UNRECOGNISED_NOTE, failureNote, lockedNote } from './failure-note.ts';
import { fingerprint } from './fingerprint.ts';
import { loadedModelsSources } from './loaded-models/by-kind.ts';
import type { ServerModel } from './loaded-models/source.ts';
import type { ProbeFailure, ProbeReply, Prober } from './probe.ts';
import type { Fingerprint } from './server-kinds/reading.ts';
import { refusesKey } from './server-kinds/server-kinds.ts';

/** The result of a check of one upstream. */
export interface MonitorState {
  readonly kind: string | null;
  readonly label: string | null;
  readonly health: UpstreamHealth;
  readonly note: Sentence | null;
  readonly models: readonly ServerModel[];
}

export const UNCHECKED: MonitorState = {
  kind: null,
  label: null,
  health: 'unknown',
  note: null,
  models: [],
};

/**
 * Unanswered checks after which a busy server counts as down. A server may answer nothing else
 * during a long prompt (some have one thread), so it stays up as long as it accepts connections.
 */
const BUSY_CHECKS = 6;

/** Queried if a server does not list its loaded models: cheap, and supported by all servers. */
const PLAIN_PATH = '/v1/models';

/** Checks one upstream. Each check returns its next state. Checks must not overlap. */
export class Monitor {
  /** It may get another name, but not another address. */
  upstream: Upstream;
  state: MonitorState = UNCHECKED;
  readonly #prober: Prober;
  readonly #credentialsOf: CredentialsOf;
  #silentChecks = 0;
  /**
   * True if the server was not ready or refused to answer, so that its kind was determined only in
   * part.
   */
  #unready = false;

  constructor(
    upstream: Upstream,
    prober: Prober,
    credentialsOf: CredentialsOf = () => NO_CREDENTIALS,
  ) {
    this.upstream = upstream;
    this.#prober = prober;
    this.#credentialsOf = credentialsOf;
  }

  /**
   * Makes the next check determine the kind again. With another key, a server may reveal more or
   * less.
   */
  forgetKind(): void {
    this.#unready = true;
  }

  async check(now: number): Promise<MonitorState> {
    const known = this.state.health === 'up' && this.state.kind !== null && !this.#unready;
    this.state = (known ? await this.#ask(this.state, now) : null) ?? (await this.#identify(now));
    return this.state;
  }

  /** Determines what kind of server answers. */
  async #identify(now: number): Promise<MonitorState> {
    const found = await fingerprint(this.#asking(null), this.upstream.url);
    if (!found.ok) return this.#failed(found);
    this.#silentChecks = 0;
    if (found.kind === null) {
      const note = found.locked ? this.#lockedNote() : UNRECOGNISED_NOTE;
      return { kind: null, label: null, health: 'up', note, models: [] };
    }
    this.#unready = false;
    const note = found.locked ? this.#lockedNote() : null;
    return (await this.#ask(found, now)) ?? { ...identified(found), note };
  }

  /** Queries the models of the known server; null if another kind of server answers. */
  async #ask(who: Fingerprint, now: number): Promise<MonitorState | null> {
    const sources = loadedModelsSources(who.kind);
    const prober = this.#asking(who.kind);
    for (const source of sources.length === 0 ? [null] : sources) {
      const paths = source?.paths ?? [PLAIN_PATH];
      const answers = await Promise.all(paths.map((path) => prober.get(this.upstream.url, path)));
      const [main] = answers;
      if (main === undefined) continue;
      if (!main.ok) return this.#failed(main);
      this.#silentChecks = 0;
      const early = this.#withoutList(who, main);
      if (early !== null) return early;
      if (source === null) return this.#plain(who, main);
      const models = source.parse(
        answers.map((answer) => (answer.ok && answer.status === 200 ? answer.json : undefined)),
        now,
      );
      if (models !== null) return { ...identified(who), models };
    }
    return null;
  }

  /** The state if the answer shows only the server's condition; null if it may contain a list. */
  #withoutList(who: Fingerprint, reply: ProbeReply): MonitorState | null {
    const hasKey = this.#credentialsOf(this.upstream).isSet;
    if (refusesKey(who.kind, reply, hasKey)) {
      return { ...identified(who), note: lockedNote(hasKey) };
    }
    this.#unready = reply.status >= 500;
    if (reply.status === 503) return { ...identified(who), note: LOADING_NOTE };
    if (reply.status < 500) return null;
    return {
      ...identified(who),
      note: sentence('server_status', { status: String(reply.status) }),
    };
  }

  /** The prober with the current key. */
  #asking(kind: string | null): Prober {
    return withCredentials(this.#prober, this.#credentialsOf(this.upstream), kind);
  }

  #lockedNote(): Sentence {
    return lockedNote(this.#credentialsOf(this.upstream).isSet);
  }

  #plain(who: Fingerprint, reply: ProbeReply): MonitorState | null {
    return reply.status === 200 ? identified(who) : null;
  }

  #failed(failure: ProbeFailure): MonitorState {
    const { state } = this;
    const note = failureNote(this.upstream.url, state.label, failure);
    this.#silentChecks += 1;
    const busy = failure.connected && failure.code === 'TIMEOUT' && state.health === 'up';
    if (busy && this.#silentChecks <= BUSY_CHECKS) return { ...state, note };
    return { ...state, health: 'down', note, models: [] };
  }
}

function identified({ kind, label }: Fingerprint): MonitorState {
  return { kind, label, health: 'up', note: null, models: [] };
}
