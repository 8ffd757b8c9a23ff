import { expect, it } from 'vitest';
import { adviceFor } from './advice.ts';
import { copyAction } from './insight-actions.ts';

it.each([
  ['Set the limit with `nvidia-smi -pl 280` as administrator.', 'nvidia-smi -pl 280'],
  [adviceFor('keepLoaded', 'ollama'), 'OLLAMA_KEEP_ALIVE=1h'],
  [adviceFor('smallerContext', 'ollama', { tokens: 8_192 }), 'OLLAMA_CONTEXT_LENGTH=8192'],
  [adviceFor('moreAtOnce', 'llamacpp'), '--parallel 4'],
  [adviceFor('unload', 'lmstudio', { model: 'a/b' }), 'lms unload a/b'],
  [adviceFor('unload', 'ollama'), null],
  [adviceFor('unload', null), null],
  [null, null],
])('%s → %s', (advice, text) => {
  const words = typeof advice === 'object' ? (advice?.advice ?? null) : advice;
  expect(copyAction(words)).toEqual(text === null ? null : { kind: 'copy_text', text });
});
