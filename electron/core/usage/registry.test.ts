import { describe, expect, it } from 'vitest';
import { errorBody, routeRequest } from './registry.ts';
import { modelInPath } from './model-path.ts';

describe('routeRequest', () => {
  it.each([
    ['/api/chat', 'ollama', 'chat', 'ollama'],
    ['/api/generate', 'ollama', 'completion', 'ollama'],
    ['/api/embed', 'ollama', 'embedding', 'ollama'],
    ['/api/embeddings', 'ollama', 'embedding', 'ollama'],
    ['/ollama/api/chat', 'ollama', 'chat', 'ollama'],
    ['/v1/chat/completions', 'openai', 'chat', 'openai-chat'],
    ['/v1/chat/completions/', 'openai', 'chat', 'openai-chat'],
    ['/v1/chat/completions?x=1', 'openai', 'chat', 'openai-chat'],
    ['/chat/completions', 'openai', 'chat', 'openai-chat'],
    ['/engines/llama.cpp/v1/chat/completions', 'openai', 'chat', 'openai-chat'],
    ['/engines/v1/chat/completions', 'openai', 'chat', 'openai-chat'],
    ['/v/v1/chat/completions', 'openai', 'chat', 'openai-chat'],
    ['/api/v0/chat/completions', 'openai', 'chat', 'openai-chat'],
    ['/openai/deployments/gpt/chat/completions', 'openai', 'chat', 'openai-chat'],
    ['/v1/completions', 'openai', 'completion', 'openai-chat'],
    ['/api/v0/completions', 'openai', 'completion', 'openai-chat'],
    ['/engines/llama.cpp/completions', 'openai', 'completion', 'openai-chat'],
    ['/v1/responses', 'openai', 'chat', 'openai-responses'],
    ['/responses', 'openai', 'chat', 'openai-responses'],
    ['/engines/responses', 'openai', 'chat', 'openai-responses'],
    ['/v1/responses/compact', 'openai', 'chat', 'openai-responses'],
    ['/v1/embeddings', 'openai', 'embedding', 'openai-embeddings'],
    ['/api/v0/embeddings', 'openai', 'embedding', 'openai-embeddings'],
    ['/v1/rerank', 'openai', 'rerank', 'openai-embeddings'],
    ['/v2/rerank', 'openai', 'rerank', 'openai-embeddings'],
    ['/engines/llama.cpp/rerank', 'openai', 'rerank', 'openai-embeddings'],
    ['/v1/audio/transcriptions', 'openai', 'audio', 'openai-media'],
    ['/audio/transcriptions', 'openai', 'audio', 'openai-media'],
    ['/v1/images/generations', 'openai', 'image', 'openai-media'],
    ['/v1/messages', 'anthropic', 'chat', 'anthropic'],
    ['/anthropic/v1/messages', 'anthropic', 'chat', 'anthropic'],
    ['/engines/v1/messages', 'anthropic', 'chat', 'anthropic'],
    ['/completion', 'llamacpp', 'completion', 'llamacpp'],
    ['/completions', 'llamacpp', 'completion', 'llamacpp'],
    ['/upstream/qwen/completions', 'llamacpp', 'completion', 'llamacpp'],
    ['/infill', 'llamacpp', 'infill', 'llamacpp'],
    ['/embedding', 'llamacpp', 'embedding', 'llamacpp-embeddings'],
    ['/embeddings', 'llamacpp', 'embedding', 'llamacpp-embeddings'],
    ['/rerank', 'llamacpp', 'rerank', 'llamacpp-embeddings'],
    ['/reranking', 'llamacpp', 'rerank', 'llamacpp-embeddings'],
    ['/api/v1/chat', 'other', 'chat', 'lmstudio'],
    ['/embed', 'other', 'embedding', 'tei'],
    ['/generate', 'other', 'completion', 'generate'],
    ['/generate_stream', 'other', 'completion', 'generate'],
    ['/api/v1/generate', 'other', 'completion', 'generate'],
    ['/api/extra/generate/stream', 'other', 'completion', 'generate'],
  ])('knows POST %s', (path, api, operation, dialect) => {
    const route = routeRequest('POST', path);
    expect(route).toMatchObject({ api, operation, inference: true });
    expect(route.dialect.id).toBe(dialect);
    expect(route.endpoint).toBe(path.replace(/\?.*/, ''));
  });

  it.each([
    ['POST', '/v1/messages/count_tokens', 'anthropic'],
    ['POST', '/v1/responses/input_tokens', 'openai'],
    ['POST', '/v1/chat/completions/input_tokens', 'openai'],
    ['POST', '/v1/chat/completions/control', 'openai'],
    ['POST', '/v1/responses/resp_1/cancel', 'openai'],
    ['POST', '/v1/threads/t/messages', 'openai'],
    ['GET', '/v1/responses/resp_1', 'openai'],
    ['GET', '/v1/stream/conversation', 'openai'],
    ['GET', '/v1/streams', 'openai'],
    ['GET', '/v1/models', 'openai'],
    ['GET', '/v1/chat/completions', 'openai'],
    ['OPTIONS', '/v1/messages', 'anthropic'],
    ['POST', '/tokenize', 'llamacpp'],
    ['POST', '/apply-template', 'llamacpp'],
    ['GET', '/slots', 'llamacpp'],
    ['GET', '/api/tags', 'ollama'],
    ['POST', '/api/show', 'ollama'],
    ['POST', '/api/pull', 'ollama'],
    ['POST', '/api/blobs/sha256:aa', 'ollama'],
    ['HEAD', '/api/chat', 'ollama'],
    ['POST', '/api/v1/models/load', 'other'],
    ['POST', '/api/extra/generate/check', 'other'],
    ['POST', '/api/extra/tokencount', 'other'],
    ['GET', '/health', 'other'],
    ['GET', '/', 'other'],
    ['POST', '', 'other'],
    ['POST', '/constructor/__proto__', 'other'],
  ])('passes %s %s without counting', (method, path, api) => {
    expect(routeRequest(method, path)).toMatchObject({ api, operation: 'other', inference: false });
  });
});

describe('modelInPath', () => {
  it.each([
    ['/upstream/qwen3-8b/v1/chat/completions', 'qwen3-8b'],
    ['/upstream/org/name/v1/chat/completions', 'org/name'],
    ['/upstream/org%2Fname/completion', 'org/name'],
    ['/v/upstream/a/props', 'a'],
    ['/upstream/a/unknown/page', 'a'],
    ['/upstream/%zz/completion', '%zz'],
    ['/openai/deployments/gpt-4o/chat/completions', 'gpt-4o'],
    ['/v1/models/org/name', 'org/name'],
    ['/v1/models', null],
    ['/api/v1/models/load', null],
    ['/v1/chat/completions', null],
    ['/upstream/a', null],
  ])('finds in %s: %s', (path, model) => {
    expect(modelInPath(path)).toBe(model);
  });
});

describe('errorBody', () => {
  const error = { status: 502, code: 'upstream_unreachable', message: 'Start Ollama, then retry.' };

  it.each([
    ['/api/chat', { error: 'Start Ollama, then retry.' }],
    [
      '/v1/chat/completions',
      { error: { message: error.message, type: 'api_error', param: null, code: error.code } },
    ],
    ['/v1/messages', { type: 'error', error: { type: 'api_error', message: error.message } }],
    ['/completion', { error: { code: 502, message: error.message, type: 'server_error' } }],
    ['/embed', { error: error.message, error_type: error.code }],
    [
      '/nowhere',
      { error: { message: error.message, type: 'api_error', param: null, code: error.code } },
    ],
  ])('has the shape that clients of %s read', (path, body) => {
    expect(JSON.parse(errorBody('POST', path, error))).toEqual(body);
  });

  it('names the kind of a refusal by its status', () => {
    const refused = { status: 403, code: 'host_not_allowed', message: 'x' };
    expect(JSON.parse(errorBody('GET', '/v1/models', refused))).toMatchObject({
      error: { type: 'permission_error', code: 'host_not_allowed' },
    });
  });
});
