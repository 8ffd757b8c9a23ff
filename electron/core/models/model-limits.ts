import type { ModelLimits, ModelManager } from '../../../shared/models-view.ts';
import { inEnglish, plain } from '../../../shared/sentences.ts';
import type { Sentence } from '../../../shared/sentences.ts';
import type { UpstreamState } from '../../../shared/slices.ts';
import { modelServer } from './by-kind.ts';
import type { Cannot } from './model-server.ts';

/** What an upstream can do with models, by its kind. */
export function modelManager({ name, kind, health }: UpstreamState): ModelManager {
  const isUnknown = kind === null && health !== 'up';
  const why = (ability: object | Cannot): Sentence | null => {
    if (isUnknown) return plain('not_answered_yet');
    return 'cannot' in ability ? plain(ability.cannot) : null;
  };
  const { load, loadFor, unload, copy, remove, pull } = modelServer(kind);
  const reasons = {
    load: why(load),
    keepAlive: why(loadFor),
    unload: why(unload),
    copy: why(copy),
    remove: why(remove),
    pull: why(pull),
  };
  const cannot: ModelLimits = {
    load: textOf(reasons.load),
    keepAlive: textOf(reasons.keepAlive),
    unload: textOf(reasons.unload),
    copy: textOf(reasons.copy),
    remove: textOf(reasons.remove),
    pull: textOf(reasons.pull),
  };
  return { upstream: name, cannot, cannotSentences: reasons };
}

function textOf(reason: Sentence | null): string | null {
  return reason === null ? null : inEnglish(reason);
}
