import type { LoadedModel } from '../../shared/slices.ts';
import type { Snapshot, State } from '../../shared/snapshot.ts';
import type { ActivityRecord } from '../../shared/usage.ts';
import type { Log } from './log.ts';
import type { ExchangeEnd } from './meter/exchange-end.ts';
import { ChatExchanges } from './models/chat-exchanges.ts';
import { ModelDescriptions } from './models/descriptions.ts';
import { unloadsModel } from './models/load-event.ts';
import { LoadLog } from './models/load-log.ts';
import { contextBytesPerToken } from './models/model-fit.ts';
import { ModelLists } from './models/model-lists.ts';
import { Models } from './models/models.ts';
import { ModelOverview } from './models/overview.ts';
import { PullList } from './models/pull-list.ts';
import { ModelRepository } from './models/repository.ts';
import { SpeedFigures } from './models/speed-figures.ts';
import type { Hops } from './proxy/hop.ts';
import type { Recorder } from './records/recorder.ts';
import type { StateStore } from './startup/state-store.ts';
import type { Upstreams } from './upstreams.ts';

interface Parts {
  readonly snapshot: () => Snapshot;
  readonly upstreams: Upstreams;
  readonly recorder: Recorder;
  readonly hops: Hops;
  readonly store: Pick<StateStore, 'models' | 'pulls' | 'modelLoads'>;
  readonly log: Log;
  readonly touch: (...slices: readonly (keyof State)[]) => void;
}

/** The parts that know and change the models of the upstreams. */
export class ModelParts {
  readonly models: Models;
  readonly repository: ModelRepository;
  readonly pulls: PullList;
  readonly chats = new ChatExchanges();
  readonly loads: LoadLog;
  readonly overview: ModelOverview;
  readonly #upstreams: Upstreams;
  readonly #lists: ModelLists;
  readonly #descriptions: ModelDescriptions;
  readonly #speeds: SpeedFigures;

  constructor({ snapshot, upstreams, recorder, hops, store, log, touch }: Parts) {
    this.#upstreams = upstreams;
    this.loads = new LoadLog({ document: store.modelLoads, log });
    this.models = new Models({
      snapshot,
      credentialsOf: upstreams.credentialsOf,
      hop: () => hops.sign(),
      onChange: (upstream) => this.#changed(upstream),
      onUnload: (upstream) => this.loads.noteUnload(upstream, Date.now()),
      onLoading: (upstream, model) => upstreams.loading(upstream, model),
    });
    this.#lists = new ModelLists(this.models);
    this.repository = new ModelRepository(store.models, log);
    this.pulls = new PullList({
      models: this.models,
      document: store.pulls,
      log,
      onChange: () => touch('pulls'),
      onDone: (upstream) => void this.#changed(upstream),
    });
    this.#descriptions = new ModelDescriptions(this.models);
    this.#speeds = new SpeedFigures({ ledger: recorder.ledger, log });
    this.overview = new ModelOverview({
      snapshot,
      stats: () => recorder.stats,
      lists: this.#lists,
      speeds: this.#speeds,
      descriptions: this.#descriptions,
      repository: this.repository,
    });
  }

  /** Computes the speeds of models, so that the first page does not wait for them. */
  start(): void {
    void this.#speeds.read();
  }

  /**
   * The memory of one token in a model's context, bytes of 16-bit values. Null if its server does not
   * tell its layers, or was not asked yet; it is asked then.
   */
  contextBytesPerToken({ upstream, name }: LoadedModel): number | null {
    const known = this.#descriptions.known({ upstream, name, digest: null });
    return known === null ? null : contextBytesPerToken(known.shape);
  }

  /** Takes a finished exchange. */
  observe(record: ActivityRecord, { requestId, unloads }: ExchangeEnd): void {
    this.chats.observe(record, requestId);
    if (unloads || unloadsModel(record)) {
      this.loads.noteUnload(record.upstream, Date.now());
    }
    this.loads.observe(record);
  }

  /** For once a second. */
  tick(loaded: readonly LoadedModel[]): void {
    this.pulls.tick();
    const up = this.#upstreams.states.filter(({ health }) => health === 'up');
    this.loads.tick(
      loaded,
      up.map(({ name }) => name),
      Date.now(),
    );
  }

  stop(): void {
    this.pulls.close();
    this.loads.close();
  }

  #changed(upstream: string): Promise<void> {
    this.#lists.forget(upstream);
    return this.#upstreams.settle(upstream);
  }
}
