import { setTimeout as sleep } from 'node:timers/promises';
import { canonicalModelName } from '../../../shared/model-names.ts';
import type { ModelDescription } from '../../../shared/models-view.ts';
import { sentence } from '../../../shared/sentences.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import { TokwattError } from '../errors.ts';
import type { CredentialsOf } from '../upstreams/credentials.ts';
import { modelServer } from './by-kind.ts';
import { startChat } from './chat.ts';
import type { ChatQuestion, RunningChat } from './chat.ts';
import { describeModel } from './describe.ts';
import { installedAt } from './installed.ts';
import type { Installed, InstalledModel } from './installed.ts';
import { able } from './model-server.ts';
import type { Action, ActionCode, Cannot, KeepAlive, ModelServer } from './model-server.ts';
import { Pulls } from './pull.ts';
import type { PullProgress } from './pull.ts';
import { sameModel } from './same-model.ts';
import { ServerCalls } from './server-calls.ts';
import { recognised, targetNamed, targetsOf } from './target.ts';
import type { Target } from './target.ts';

/** The actions on an installed model. */
export type ModelAction = 'load' | 'unload' | 'remove';

const VERBS = {
  load: 'action_load',
  unload: 'action_unload',
  remove: 'action_remove',
} as const satisfies Record<ModelAction, ActionCode>;

/** Longest wait for the updated list of loaded models before the answer, milliseconds. */
const LISTED_MS = 2_000;

export interface ModelsOptions {
  readonly snapshot: () => Snapshot;
  /** The hop header's value for one request. */
  readonly hop: () => string;
  readonly credentialsOf: CredentialsOf;
  /** The models of an upstream have changed. Resolves when its loaded models were queried again. */
  readonly onChange: (upstream: string) => Promise<void>;
  /** Somebody asks an upstream to unload or delete a model. */
  readonly onUnload: (upstream: string) => void;
  /** A model starts to load. Returns a function to call when that has ended. */
  readonly onLoading: (upstream: string, model: string) => () => void;
}

/** The model, and optionally the upstream. */
export interface Wanted {
  readonly model: string;
  readonly upstream?: string | undefined;
}

/**
 * Lists, downloads, loads, deletes and chats with the models of the upstreams. All errors are
 * TokwattErrors with a status. Each call ends when its signal is aborted.
 */
export class Models {
  readonly #options: ModelsOptions;
  readonly #pulls = new Pulls();

  constructor(options: ModelsOptions) {
    this.#options = options;
  }

  /**
   * The models of one upstream or of all. The result names upstreams that did not answer. Throws if
   * none did.
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

  /**
   * Resolves with the upstream's name when the action is done. Loading may take minutes. With
   * `keepAlive`, a loaded model stays loaded for that time.
   */
  async act(
    action: ModelAction,
    wanted: Wanted & { readonly keepAlive?: KeepAlive | undefined },
    signal: AbortSignal,
  ): Promise<string> {
    const { keepAlive } = wanted;
    if (action !== 'load' || keepAlive === undefined) {
      return this.#change(action, VERBS[action], wanted, signal, (server) => server[action]);
    }
    const verb = 'action_keep';
    return this.#change('load', verb, wanted, signal, ({ loadFor }) =>
      'cannot' in loadFor ? loadFor : (calls, model) => loadFor(calls, model, keepAlive),
    );
  }

  /** Gives a model a second name. Resolves with the upstream's name. */
  copy(wanted: Wanted & { readonly destination: string }, signal: AbortSignal): Promise<string> {
    return this.#change('copy', 'action_copy', wanted, signal, ({ copy }) =>
      'cannot' in copy ? copy : (calls, model) => copy(calls, model, wanted.destination),
    );
  }

  /**
   * Downloads a model; see `Pulls.start`. Without an upstream it uses the first that supports it.
   */
  async pull(
    wanted: Wanted & { readonly insecure: boolean },
    signal: AbortSignal,
  ): Promise<{ readonly upstream: string; readonly progress: AsyncGenerator<PullProgress> }> {
    const target = await this.#puller(wanted.upstream);
    const request = able(target, 'action_download', modelServer(target.kind).pull);
    const calls = this.#calls(target, signal);
    const progress = await this.#pulls.start(calls, request, wanted.model, wanted.insecure);
    return { upstream: target.name, progress };
  }

  /** Chats with a model through the proxy; see `startChat`. */
  async chat(
    question: ChatQuestion & Wanted & { readonly requestId: string },
    signal: AbortSignal,
  ): Promise<RunningChat & { readonly upstream: string }> {
    const target = await this.#holder(question, signal);
    const dialect = able(target, 'action_chat', modelServer(target.kind).chat);
    const { requestId } = question;
    const agent = this.agent.replace('/', '-Playground/');
    const chat = await startChat({ target, dialect, question, agent, requestId, signal });
    return { ...chat, upstream: target.name };
  }

  /** What the upstream tells about a model; null if its kind tells nothing. */
  async describe(
    { upstream, name }: { readonly upstream: string; readonly name: string },
    signal: AbortSignal,
  ): Promise<ModelDescription | null> {
    const target = await recognised(targetNamed(this.#targets(), upstream));
    return describeModel(this.#calls(target, signal), name);
  }

  async #change(
    action: ModelAction | 'copy',
    verb: ActionCode,
    wanted: Wanted,
    signal: AbortSignal,
    of: (server: ModelServer) => Action | Cannot,
  ): Promise<string> {
    const target = await this.#holder(wanted, signal);
    const run = able(target, verb, of(modelServer(target.kind)));
    const { onChange, onLoading, onUnload } = this.#options;
    if (action === 'unload' || action === 'remove') onUnload(target.name);
    const shown = canonicalModelName(target.kind, wanted.model);
    const loaded = action === 'load' ? onLoading(target.name, shown) : () => undefined;
    try {
      await run(this.#calls(target, signal), wanted.model);
      // Shows the model as loading until the server's own list has been updated.
      await Promise.race([onChange(target.name), sleep(LISTED_MS)]);
    } catch (error) {
      void onChange(target.name);
      throw error;
    } finally {
      loaded();
    }
    return target.name;
  }

  async #ask(target: Target, signal: AbortSignal): Promise<InstalledModel[] | TokwattError> {
    try {
      return await installedAt(this.#calls(await recognised(target), signal));
    } catch (error) {
      if (error instanceof TokwattError) return error;
      throw error;
    }
  }

  /** The named upstream, else the only one, else the first that has the model. */
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
    throw new TokwattError('not_found', sentence('no_upstream_has', { model, names }), {
      status: 404,
    });
  }

  async #puller(upstream: string | undefined): Promise<Target> {
    const targets = this.#targets();
    if (upstream !== undefined) return recognised(targetNamed(targets, upstream));
    const canPull = ({ pull }: ModelServer): boolean => !('cannot' in pull);
    let first: Target | null = null;
    let failure: unknown = new TokwattError('upstream', sentence('no_upstream'), { status: 404 });
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

  /** The `User-Agent` of Tokwatt's own requests. */
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
