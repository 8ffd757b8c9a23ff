import type { UpstreamState } from '../../../shared/slices.ts';

/** What the user can copy. */
export interface Snippet {
  /** The key of its name. */
  readonly label: 'ollama' | 'baseUrl' | 'request' | 'python';
  readonly text: string;
}

/** Stands for a model where none is known. */
const SOME_MODEL = 'your-model';
const PROMPT = 'Hello';

/**
 * How to use the proxy of `upstream` from a program: the setting, and a request to try. The request
 * is quoted for the platform's own shell (cmd.exe on Windows).
 */
export function firstRequest(
  upstream: Pick<UpstreamState, 'proxyUrl' | 'kind'>,
  platform: string,
  model: string | null,
): Snippet[] {
  const base = upstream.proxyUrl.replace(/\/+$/, '');
  const windows = platform === 'win32';
  const name = model ?? SOME_MODEL;
  const snippets: Snippet[] = [
    { label: 'baseUrl', text: `${base}/v1` },
    { label: 'request', text: curlLine(`${base}/v1/chat/completions`, windows, name) },
    { label: 'python', text: pythonLines(`${base}/v1`, name) },
  ];
  // Before the server has answered, Ollama is assumed, because it is the default.
  if (upstream.kind === 'ollama' || upstream.kind === null) {
    snippets.unshift({
      label: 'ollama',
      text: windows ? `set OLLAMA_HOST=${base}` : `export OLLAMA_HOST=${base}`,
    });
  }
  return snippets;
}

function curlLine(url: string, windows: boolean, model: string): string {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: PROMPT }] });
  const quote = windows
    ? (text: string): string => `"${text.replaceAll('"', '\\"')}"`
    : (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
  return `curl ${url} -H ${quote('Content-Type: application/json')} -d ${quote(body)}`;
}

/** A JSON string is a Python string as well. */
function pythonLines(base: string, model: string): string {
  return [
    'from openai import OpenAI',
    `client = OpenAI(base_url=${JSON.stringify(base)}, api_key="unused")`,
    `messages = [{"role": "user", "content": ${JSON.stringify(PROMPT)}}]`,
    `print(client.chat.completions.create(model=${JSON.stringify(model)}, messages=messages))`,
  ].join('\n');
}
