import type { UpstreamState } from '../../../shared/slices.ts';

/** One line for the user to copy. */
export interface Snippet {
  readonly label: string;
  readonly text: string;
}

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
  const snippets: Snippet[] = [
    { label: 'Base URL for OpenAI clients', text: `${base}/v1` },
    { label: 'A request to try', text: curlLine(`${base}/v1/chat/completions`, windows, model) },
  ];
  // Before the server has answered, Ollama is assumed, because it is the default.
  if (upstream.kind === 'ollama' || upstream.kind === null) {
    snippets.unshift({
      label: 'Ollama programs',
      text: windows ? `set OLLAMA_HOST=${base}` : `export OLLAMA_HOST=${base}`,
    });
  }
  return snippets;
}

function curlLine(url: string, windows: boolean, model: string | null): string {
  const body = JSON.stringify({
    model: model ?? 'your-model',
    messages: [{ role: 'user', content: 'Hello' }],
  });
  const quote = windows
    ? (text: string): string => `"${text.replaceAll('"', '\\"')}"`
    : (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
  return `curl ${url} -H ${quote('Content-Type: application/json')} -d ${quote(body)}`;
}
