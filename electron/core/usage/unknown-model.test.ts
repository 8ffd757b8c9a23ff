import { describe, expect, it } from 'vitest';
import { routeRequest } from './registry.ts';

/** Whether the answer to a request for `model` is taken to say that it is unknown. */
function isUnknown(
  status: number,
  body: unknown,
  { model = 'ghost', path = '/v1/chat/completions', size = 7 } = {},
): boolean {
  const route = routeRequest('POST', path);
  const request = route.dialect.request(route, () => undefined);
  request.push(Buffer.from(JSON.stringify({ model, messages: [], prompt: 'x' })));
  const type = typeof body === 'string' ? 'text/plain' : 'application/json';
  const head = { status, header: () => type };
  const answer = route.dialect.response(route, request.facts(), head);
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  for (let at = 0; at < bytes.length; at += size) answer.push(bytes.subarray(at, at + size));
  answer.end(true);
  expect(answer.result()).toMatchObject({ completed: false, failed: false, inference: true });
  return answer.result().modelUnknown;
}

const openAi = (error: object): object => ({ error });

describe('an unknown model', () => {
  it.each<[string, number, unknown, string]>([
    ['Ollama', 404, { error: "model 'ghost' not found" }, '/api/chat'],
    ['Ollama, older', 404, { error: 'model "ghost" not found, try pulling it first' }, '/api/chat'],
    ['Ollama, of no name', 400, { error: 'invalid model name' }, '/api/generate'],
    [
      'Ollama, to OpenAI’s clients',
      404,
      openAi({
        message: "model 'ghost' not found",
        type: 'not_found_error',
        param: null,
        code: null,
      }),
      '/v1/chat/completions',
    ],
    [
      'Ollama, to Anthropic’s clients',
      404,
      { type: 'error', error: { type: 'not_found_error', message: "model 'ghost' not found" } },
      '/v1/messages',
    ],
    [
      'OpenAI',
      404,
      openAi({
        message: 'The model `ghost` does not exist or you do not have access to it.',
        type: 'invalid_request_error',
        param: null,
        code: 'model_not_found',
      }),
      '/v1/responses',
    ],
    [
      'Anthropic',
      404,
      { type: 'error', error: { type: 'not_found_error', message: 'model: ghost' } },
      '/v1/messages',
    ],
    [
      'llama-server as a router',
      400,
      openAi({ code: 400, message: "model 'ghost' not found", type: 'invalid_request_error' }),
      '/completion',
    ],
    ['llama-swap', 400, { error: 'could not find real modelID for ghost' }, '/v1/embeddings'],
    [
      'llama-swap, newer, as text',
      400,
      'llama-swap: could not find suitable inference handler for ghost',
      '/v1/chat/completions',
    ],
    [
      'vLLM',
      404,
      openAi({
        message: 'The model `ghost` does not exist.',
        type: 'NotFoundError',
        param: 'model',
        code: 404,
      }),
      '/v1/chat/completions',
    ],
    [
      'vLLM, older',
      404,
      {
        object: 'error',
        message: 'The model `ghost` does not exist.',
        type: 'NotFoundError',
        param: null,
        code: 404,
      },
      '/v1/completions',
    ],
    [
      'LM Studio',
      400,
      openAi({
        message: 'Invalid model identifier "ghost". Please specify a valid downloaded model.',
        type: 'invalid_request_error',
        param: 'model',
        code: 'model_not_found',
      }),
      '/v1/chat/completions',
    ],
    [
      'LiteLLM',
      400,
      openAi({
        message: '/chat/completions: Invalid model name passed in model=ghost.',
        type: 'None',
        param: 'None',
        code: '400',
      }),
      '/v1/chat/completions',
    ],
    [
      'LiteLLM, older',
      400,
      { detail: { error: '/chat/completions: Invalid model name passed in model=ghost' } },
      '/v1/chat/completions',
    ],
    ['Docker Model Runner', 404, 'model not found\n', '/engines/v1/chat/completions'],
    [
      'Mistral',
      400,
      { object: 'error', message: 'Invalid model: ghost', type: 'invalid_model', code: '1500' },
      '/v1/chat/completions',
    ],
    [
      'OpenRouter',
      400,
      openAi({ message: 'ghost is not a valid model ID', code: 400 }),
      '/api/v1/chat/completions',
    ],
    [
      'Gemini',
      404,
      openAi({ code: 404, message: 'models/ghost is not found for API version v1main' }),
      '/v1beta/openai/chat/completions',
    ],
    [
      'DeepSeek',
      400,
      openAi({ message: 'Model Not Exist', type: 'invalid_request_error', code: '400' }),
      '/v1/chat/completions',
    ],
    [
      'Azure',
      404,
      openAi({ code: 'DeploymentNotFound', message: 'The API deployment does not exist.' }),
      '/openai/deployments/ghost/chat/completions',
    ],
  ])('is what %s says', (_, status, body, path) => {
    expect(isUnknown(status, body, { path })).toBe(true);
    expect(isUnknown(status, body, { path, size: 10_000 })).toBe(true);
  });

  it.each<[string, number, unknown, string?]>([
    ['a path that is not there', 404, openAi({ code: 404, message: 'File Not Found' })],
    ['a path that is not there, as text', 404, '404 page not found'],
    ['a path that is not there, with a type', 404, { detail: 'Not Found' }],
    ['what a model cannot', 400, { error: '"ghost" does not support chat' }, '/api/chat'],
    ['what a model cannot do', 400, { error: 'ghost:latest does not support tools' }],
    ['a prompt that is too long', 400, openAi({ message: "This model's maximum context length" })],
    ['a request without a model', 400, openAi({ message: 'model is required' })],
    ['another thing', 404, openAi({ message: "Previous response with id 'x' not found." })],
    ['a tool of the request', 400, openAi({ message: "tool 'model' not found" })],
    ['a runner that died', 400, openAi({ message: 'model runner has unexpectedly stopped' })],
    ['a memory', 400, openAi({ message: 'the model requires more memory than was found' })],
    ['another status', 500, { error: "model 'ghost' not found" }],
    ['a refusal', 403, openAi({ message: 'The model `ghost` does not exist' })],
    ['nothing', 404, ''],
    ['an answer that broke off', 404, '{"err'],
  ])('is not meant by %s', (_, status, body, path = '/v1/chat/completions') => {
    expect(isUnknown(status, body, { path })).toBe(false);
  });

  it.each(['a', 'o', '.*', '(', 'org/ns/model:1b-q4_K_M', 'ünï "x"', '\\', '$&'])(
    'may have any name: %s',
    (model) => {
      const named = { error: `could not find real modelID for ${model}` };
      expect(isUnknown(400, named, { model })).toBe(true);
      expect(isUnknown(404, { error: 'model not found' }, { model })).toBe(true);
      expect(isUnknown(404, { error: 'file not found' }, { model })).toBe(false);
    },
  );

  it('is told of a name that is longer than servers repeat', () => {
    const model = 'x('.repeat(10_000);
    expect(isUnknown(404, { error: 'model not found' }, { model })).toBe(true);
    expect(isUnknown(404, { error: 'file not found' }, { model })).toBe(false);
  });

  it('is found in an error of any length', () => {
    const padding = 'x'.repeat(100_000);
    const error = "model 'ghost' not found";
    for (const body of [{ error, padding }, { padding, error }, `${error}. ${padding}`]) {
      expect(isUnknown(404, body, { size: 1_000 })).toBe(true);
    }
    expect(isUnknown(404, padding, { size: 1_000 })).toBe(false);
  });
});
