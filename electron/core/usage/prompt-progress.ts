/** How far a server has processed a prompt, reported by the server during the prefill. */
import type { Findings } from './findings.ts';
import { at } from './json-text.ts';
import { count } from './usage-shapes.ts';

/**
 * Records llama-server's `prompt_progress`, which it sends if the request has `return_progress`.
 * Its `total` and `processed` include the cached tokens (tools/server/README.md of llama.cpp).
 */
export function notePromptProgress(findings: Findings, value: unknown): void {
  const progress = at(value, 'prompt_progress');
  const total = count(at(progress, 'total'));
  if (total === null) return;
  const cached = count(at(progress, 'cache'));
  findings.progress(total, cached);
  const processed = count(at(progress, 'processed'));
  const fresh = total - (cached ?? 0);
  if (processed === null) return;
  findings.processed(fresh > 0 ? (processed - (cached ?? 0)) / fresh : 1);
}
