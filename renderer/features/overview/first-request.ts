import type { UpstreamState } from '../../../shared/slices.ts';

/** One line for the user to copy. */
export interface Snippet {
  readonly label: string;
  readonly text: string;
}

/**
 * How a program is told to go through the proxy of `upstream`: what to set, and a request to try.
 * The request is quoted for the platform's own shell (on Windows that is cmd.exe).
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
  // Until the server has answered it may well be an Ollama: that is what is asked for by default.
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
