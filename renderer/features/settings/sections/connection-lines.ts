/** How each kind of client is told about a proxy. Every sample names the model. */

export interface ConnectionTarget {
  readonly proxyUrl: string;
  readonly kind: string | null;
}

export const CLIENTS = [
  'ollama',
  'base',
  'openai',
  'curl',
  'python',
  'node',
  'continue',
  'openwebui',
  'litellm',
] as const;
export type Client = (typeof CLIENTS)[number];

export interface ConnectionLine {
  readonly client: Client;
  readonly text: string;
}

/**
 * The lines for a server, quoted for the platform's own shell (cmd.exe on Windows). Clients that speak
 * only Ollama's API are left out for other servers.
 */
export function connectionLines(
  { proxyUrl, kind }: ConnectionTarget,
  platform: string,
  model: string,
): readonly ConnectionLine[] {
  const base = proxyUrl.replace(/\/+$/, '');
  const isWindows = platform === 'win32';
  // Before the server has answered, Ollama is assumed, because it is the default.
  const isOllama = kind === 'ollama' || kind === null;
  const set = (name: string, value: string): string =>
    `${isWindows ? 'set' : 'export'} ${name}=${value}`;
  const texts: Readonly<Record<Client, string | null>> = {
    ollama: isOllama ? set('OLLAMA_HOST', base) : null,
    base: `${base}/v1`,
    openai: set('OPENAI_BASE_URL', `${base}/v1`),
    curl: curlLine(`${base}/v1/chat/completions`, isWindows, model),
    python: pythonSample(base, model),
    node: nodeSample(base, model),
    continue: continueSample(base, model, isOllama),
    openwebui: isOllama ? set('OLLAMA_BASE_URL', base) : set('OPENAI_API_BASE_URL', `${base}/v1`),
    litellm: liteLlmSample(base, model),
  };
  return CLIENTS.flatMap((client) => {
    const text = texts[client];
    return text === null ? [] : [{ client, text }];
  });
}

function curlLine(url: string, isWindows: boolean, model: string): string {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] });
  const quote = isWindows
    ? (text: string): string => `"${text.replaceAll('"', '\\"')}"`
    : (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
  return `curl ${url} -H ${quote('Content-Type: application/json')} -d ${quote(body)}`;
}

function pythonSample(base: string, model: string): string {
  return [
    'from openai import OpenAI',
    `client = OpenAI(base_url="${base}/v1", api_key="unused")`,
    'answer = client.chat.completions.create(',
    `    model=${JSON.stringify(model)}, messages=[{"role": "user", "content": "Hello"}])`,
    'print(answer.choices[0].message.content)',
  ].join('\n');
}

function nodeSample(base: string, model: string): string {
  return [
    "import OpenAI from 'openai';",
    `const client = new OpenAI({ baseURL: '${base}/v1', apiKey: 'unused' });`,
    'const answer = await client.chat.completions.create({',
    `  model: ${JSON.stringify(model)}, messages: [{ role: 'user', content: 'Hello' }] });`,
    'console.log(answer.choices[0].message.content);',
  ].join('\n');
}

function continueSample(base: string, model: string, isOllama: boolean): string {
  return [
    'models:',
    `  - name: ${JSON.stringify(model)}`,
    `    provider: ${isOllama ? 'ollama' : 'openai'}`,
    `    model: ${JSON.stringify(model)}`,
    `    apiBase: ${isOllama ? base : `${base}/v1`}`,
  ].join('\n');
}

function liteLlmSample(base: string, model: string): string {
  return [
    'model_list:',
    `  - model_name: ${JSON.stringify(model)}`,
    '    litellm_params:',
    `      model: ${JSON.stringify(`openai/${model}`)}`,
    `      api_base: ${base}/v1`,
    '      api_key: unused',
  ].join('\n');
}
