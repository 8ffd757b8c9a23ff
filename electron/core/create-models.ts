import type { Snapshot, State } from '../../shared/snapshot.ts';
import type { Log } from './log.ts';
import { ChatExchanges } from './models/chat-exchanges.ts';
import { Models } from './models/models.ts';
import { PullList } from './models/pull-list.ts';
import { ModelRepository } from './models/repository.ts';
import type { Hops } from './proxy/hop.ts';
import type { StateStore } from './startup/state-store.ts';
import type { Upstreams } from './upstreams.ts';

interface Parts {
  readonly snapshot: () => Snapshot;
  readonly upstreams: Upstreams;
  readonly hops: Hops;
  readonly store: Pick<StateStore, 'models' | 'pulls'>;
  readonly log: Log;
  readonly touch: (...slices: readonly (keyof State)[]) => void;
}

/** The parts that know and change the models of the upstreams. */
export interface ModelParts {
  readonly models: Models;
  readonly repository: ModelRepository;
  readonly pulls: PullList;
  readonly chats: ChatExchanges;
}

/** Wires the management of models. */
export function createModels(parts: Parts): ModelParts {
  const { snapshot, upstreams, hops, store, log, touch } = parts;
  const models = new Models({
    snapshot,
    credentialsOf: upstreams.credentialsOf,
    hop: () => hops.sign(),
    onChange: (upstream) => upstreams.settle(upstream),
    onLoading: (upstream, model) => upstreams.loading(upstream, model),
  });
  const pulls = new PullList({
    models,
    document: store.pulls,
    log,
    onChange: () => touch('pulls'),
    onDone: (upstream) => void upstreams.settle(upstream),
  });
  const repository = new ModelRepository(store.models, log);
  return { models, repository, pulls, chats: new ChatExchanges() };
}
