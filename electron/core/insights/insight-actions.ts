import type { InsightAction } from '../../../shared/insights.ts';
import { modelSubject } from './waste/waste-facts.ts';
import type { Finding, WasteFacts } from './waste/waste-facts.ts';

/** The kinds of server that unload a model on demand, as Tokwatt can ask them to. */
const UNLOADS: ReadonlySet<string | null> = new Set([
  'ollama',
  'docker-model-runner',
  'llama-swap',
  'lmstudio',
]);

/**
 * What of an advice can be copied: a command in backticks, else variables of the environment, else
 * flags. Null if the advice has none of them.
 */
export function copyAction(advice: string | null): InsightAction | null {
  if (advice === null) return null;
  const command = /`([^`]+)`/.exec(advice)?.[1];
  const variables = [...advice.matchAll(/\b[A-Z][A-Z0-9_]{4,}=[^\s,.;]+/g)].map(([each]) => each);
  const flags = [...advice.matchAll(/(?<=\s)--[a-z][a-z-]+(?: [a-z0-9_]*\d[a-z0-9_]*)?/g)];
  const text =
    command ?? (variables.length > 0 ? variables.join(' ') : flags.map(([each]) => each)[0]);
  // A letter that stands for a number is no setting to copy.
  if (text === undefined || /\b[N]\b|\bMODEL\b/.test(text)) return null;
  return { kind: 'copy_text', text };
}

/** What Tokwatt can do about an insight; null if it can do nothing. */
export function actionFor(
  { kind, subject, advice }: Finding,
  { listed, kindOf }: Pick<WasteFacts, 'listed' | 'kindOf'>,
): InsightAction | null {
  const model = listed.find((each) => modelSubject(each.model) === subject)?.model;
  if (kind === 'phantom_load' && model !== undefined && UNLOADS.has(kindOf(model.upstream))) {
    return { kind: 'unload_model', upstream: model.upstream, model: model.name };
  }
  return copyAction(advice);
}
