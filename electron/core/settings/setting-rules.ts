/** The codes of refusals, which schemas know as English text only. */
import { sentences } from '../../../shared/messages/en/sentences.ts';
import { sentence } from '../../../shared/sentences.ts';
import type { Message, Sentence, SentenceCode } from '../../../shared/sentences.ts';

interface Rule {
  readonly code: SentenceCode;
  readonly pattern: RegExp;
  /** The names of the groups in the pattern. */
  readonly names: readonly string[];
}

const CODES = (Object.keys(sentences) as SentenceCode[]).filter(
  (code) => code.startsWith('rule_') || code === 'no_such_setting',
);

/** Those without values and long ones first, because a value fits anything. */
const RULES: readonly Rule[] = CODES.map(ruleOf).sort(
  (one, other) =>
    one.names.length - other.names.length ||
    sentences[other.code].length - sentences[one.code].length,
);

function ruleOf(code: SentenceCode): Rule {
  const names = [...sentences[code].matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const parts = sentences[code]
    .split(/\{\w+\}/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return { code, names, pattern: new RegExp(`^${parts.join('(.+?)')}$`, 's') };
}

/**
 * The message of a schema as a sentence; the text itself if it is none of ours. Values stay text.
 */
export function ruleIn(english: string): Message {
  for (const { code, names, pattern } of RULES) {
    const found = pattern.exec(english);
    if (found === null) continue;
    const params = Object.fromEntries(names.map((name, at) => [name, found[at + 1] ?? '']));
    return { code, params } satisfies Sentence;
  }
  return english;
}

/** A line such as `bind: must be text`: the path of a setting, and what is wrong. */
export function refusalIn(line: string): Message {
  const [, setting, problem] = /^([A-Za-z][\w.*-]*): (.*)$/s.exec(line) ?? [];
  if (setting === undefined || problem === undefined) return ruleIn(line);
  return sentence('setting_refused', { setting, problem: ruleIn(problem) });
}
