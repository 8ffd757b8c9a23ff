import { setTimeout as sleep } from 'node:timers/promises';
import type { Snapshot } from '../../../shared/snapshot.ts';
import { TokwattError } from '../errors.ts';
import type { CredentialsOf } from '../upstreams/credentials.ts';
import { modelServer } from './by-kind.ts';
import { startChat } from './chat.ts';
import type { ChatQuestion, RunningChat } from './chat.ts';
import { installedAt } from './installed.ts';
import type { Installed, InstalledModel } from './installed.ts';
import { able } from './model-server.ts';
import type { ModelServer } from './model-server.ts';
import { Pulls } from './pull.ts';
import type { PullProgress } from './pull.ts';
import { sameModel } from './same-model.ts';
import { ServerCalls } from './server-calls.ts';
import { recognised, targetNamed, targetsOf } from './target.ts';
import type { Target } from './target.ts';

/** What can be done to an installed model. */
export type ModelAction = 'load' | 'unload' | 'remove';

const VERBS: Readonly<Record<ModelAction, string>> = {
  load: 'load models',
  unload: 'unload models',
  remove: 'delete models',
};

/** An answer waits no longer than this for the new list of loaded models. */
const LISTED_MS = 2_000;

export interface ModelsOptions {
  readonly snapshot: () => Snapshot;
  /** The hop header's value for one request. */
  readonly hop: () => string;
  readonly credentialsOf: CredentialsOf;
  /** The models of an upstream have changed. Resolves when the list of loaded models was asked for again. */
  readonly onChange: (upstream: string) => Promise<void>;
  /** A model is being loaded; call the returned function once that has ended. */
  readonly onLoading: (upstream: string, model: string) => () => void;
}

/** Which model, and where if it is said. */
export interface Wanted {
  readonly model: string;
  readonly upstream?: string | undefined;
}

/**
 * The models of the upstreams: listed, downloaded, loaded, deleted, talked to. All errors are
 * TokwattErrors with a status; a signal that is aborted ends what it was given to.
 */
export class Models {
  readonly #options: ModelsOptions;
  readonly #pulls = new Pulls();

  constructor(options: ModelsOptions) {
    this.#options = options;
  }

  /**
   * What one upstream has, or all of them. That some do not answer is told in the result; that none
   * does is thrown.
   */
  async installed(upstream: string | undefined, signal: AbortSignal): Promise<Installed> {
    const all = this.#targets();
    const targets = upstream === undefined ? all : [targetNamed(all, upstream)];
    const answers = await Promise.all(targets.map((target) => this.#ask(target, signal)));
    const models = answers.flatMap((answer) => (Array.isArray(answer) ? answer : []));
    const errors = answers.flatMap((answer, index) => {
      const name = targets[index]?.name ?? '';
      return Array.isArray(answer) ? [] : [{ upstream: name, error: answer }];
    });
    const [first] = errors;
    if (first !== undefined && errors.length === targets.length) throw first.error;
    return { models, errors };
  }

  /** Resolves with the upstream's name once it is done; loading may take minutes. */
  async act(action: ModelAction, wanted: Wanted, signal: AbortSignal): Promise<string> {
    const target = await this.#holder(wanted, signal);
    const run = able(target, VERBS[action], modelServer(target.kind)[action]);
    const { onChange, onLoading } = this.#options;
    const loaded = action === 'load' ? onLoading(target.name, wanted.model) : () => undefined;
    try {
      await run(this.#calls(target, signal), wanted.model);
      // A model is shown as loading until the server's own list is there.
      await Promise.race([onChange(target.name), sleep(LISTED_MS)]);
    } catch (error) {
      void onChange(target.name);
      throw error;
    } finally {
      loaded();
    }
    return target.name;
  }

  /** Downloads a model; see `Pulls.start`. Without an upstream, to the first that downloads. */
  async pull(
    wanted: Wanted & { readonly insecure: boolean },
    signal: AbortSignal,
  ): Promise<{ readonly upstream: string; readonly progress: AsyncGenerator<PullProgress> }> {
    const target = await this.#puller(wanted.upstream);
    const request = able(target, 'download models', modelServer(target.kind).pull);
    const calls = this.#calls(target, signal);
    const progress = await this.#pulls.start(calls, request, wanted.model, wanted.insecure);
    return { upstream: target.name, progress };
  }

  /** Asks a model through the proxy; see `startChat`. */
  async chat(
    question: ChatQuestion & Wanted,
    signal: AbortSignal,
  ): Promise<RunningChat & { readonly upstream: string }> {
    const target = await this.#holder(question, signal);
    const dialect = able(target, 'chat', modelServer(target.kind).chat);
    const chat = await startChat({ target, dialect, question, agent: this.agent, signal });
    return { ...chat, upstream: target.name };
  }

  async #ask(target: Target, signal: AbortSignal): Promise<InstalledModel[] | TokwattError> {
    try {
      return await installedAt(this.#calls(await recognised(target), signal));
    } catch (error) {
      if (error instanceof TokwattError) return error;
      throw error;
    }
  }

  /** The upstream that is named, or the only one, or the first that has the model. */
  async #holder({ model, upstream }: Wanted, signal: AbortSignal): Promise<Target> {
    const snapshot = this.#options.snapshot();
    const targets = targetsOf(snapshot, this.#options.credentialsOf);
    const [only] = targets;
    if (upstream !== undefined) return recognised(targetNamed(targets, upstream));
    if (only !== undefined && targets.length === 1) return recognised(only);
    const running = snapshot.state.loadedModels.find(({ name }) => sameModel(name, model));
    if (running !== undefined) return recognised(targetNamed(targets, running.upstream));
    const { models } = await this.installed(undefined, signal);
    const holder = models.find(({ name }) => sameModel(name, model));
    if (holder !== undefined) return recognised(targetNamed(targets, holder.upstream));
    const names = targets.map(({ name }) => name).join(', ');
    throw new TokwattError(
      'not_found',
      `No upstream that answers has a model "${model}"; name one with "upstream" (${names}).`,
      { status: 404 },
    );
  }

  async #puller(upstream: string | undefined): Promise<Target> {
    const targets = this.#targets();
    if (upstream !== undefined) return recognised(targetNamed(targets, upstream));
    const canPull = ({ pull }: ModelServer): boolean => !('cannot' in pull);
    let first: Target | null = null;
    let failure: unknown = new TokwattError('upstream', 'There is no upstream.', { status: 404 });
    for (const each of targets) {
      try {
        const target = await recognised(each);
        if (canPull(modelServer(target.kind))) return target;
        first ??= target;
      } catch (error) {
        failure = error;
      }
    }
    if (first !== null) return first;
    throw failure;
  }

  /** The `User-Agent` of what Tokwatt asks. */
  get agent(): string {
    return `Tokwatt/${this.#options.snapshot().state.app.version}`;
  }

  #targets(): Target[] {
    return targetsOf(this.#options.snapshot(), this.#options.credentialsOf);
  }

  #calls(target: Target, signal: AbortSignal): ServerCalls {
    return new ServerCalls(target, { agent: this.agent, hop: this.#options.hop }, signal);
  }
}
