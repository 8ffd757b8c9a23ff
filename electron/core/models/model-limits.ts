import type { ModelLimits, ModelManager } from '../../../shared/models-view.ts';
import type { UpstreamState } from '../../../shared/slices.ts';
import { modelServer } from './by-kind.ts';
import type { Cannot } from './model-server.ts';

const NOT_YET = 'it has not answered yet, so it is not known what it can do';

/** What an upstream can do with models, by its kind. */
export function modelManager({ name, kind, health }: UpstreamState): ModelManager {
  const isUnknown = kind === null && health !== 'up';
  const why = (ability: object | Cannot): string | null =>
    isUnknown ? NOT_YET : 'cannot' in ability ? ability.cannot : null;
  const { load, loadFor, unload, copy, remove, pull } = modelServer(kind);
  const cannot: ModelLimits = {
    load: why(load),
    keepAlive: why(loadFor),
    unload: why(unload),
    copy: why(copy),
    remove: why(remove),
    pull: why(pull),
  };
  return { upstream: name, cannot };
}
