/** Programs that people install and that keep several models. */
import { objectOf, objectsOf, textOf } from '../json.ts';
import { body, named, says } from './reading.ts';
import type { Replies, ServerKind } from './reading.ts';

export const DOCKER_MODEL_RUNNER: ServerKind = {
  kind: 'docker-model-runner',
  paths: ['/'],
  recognise: (replies: Replies): string | null =>
    says(replies, '/', 'Docker Model Runner is running') ? 'Docker Model Runner' : null,
};

export const OLLAMA: ServerKind = {
  kind: 'ollama',
  paths: ['/', '/api/version', '/api/ps'],
  recognise: (replies: Replies): string | null => {
    const version = body(replies, '/api/version')?.version;
    // Behind a base path or a reverse proxy, the root may not be Ollama's own.
    const lists = Array.isArray(body(replies, '/api/ps')?.models);
    const itself = says(replies, '/', 'Ollama is running') || (lists && textOf(version) !== null);
    return itself ? named('Ollama', version) : null;
  },
};

export const LMSTUDIO: ServerKind = {
  kind: 'lmstudio',
  paths: ['/api/v1/models', '/api/v0/models'],
  recognise: (replies: Replies): string | null => {
    const models = objectsOf(body(replies, '/api/v1/models')?.models);
    const older = objectsOf(body(replies, '/api/v0/models')?.data);
    const current = models?.every((model) => Array.isArray(model.loaded_instances)) ?? false;
    const former = older?.some((model) => 'state' in model && 'arch' in model) ?? false;
    return current || former ? 'LM Studio' : null;
  },
};

export const LOCALAI: ServerKind = {
  kind: 'localai',
  paths: ['/readyz', '/system', '/version'],
  recognise: (replies: Replies): string | null => {
    const system = body(replies, '/system');
    const described = Array.isArray(system?.backends) || Array.isArray(system?.loaded_models);
    if (replies.get('/readyz')?.status !== 200 || !described) return null;
    return named('LocalAI', body(replies, '/version')?.version);
  },
};

export const JAN: ServerKind = {
  kind: 'jan',
  paths: ['/v1/models', '/openapi.json'],
  // Its models belong to `user`, as those of others do. Its own description is served without a key.
  recognise: (replies: Replies): string | null => {
    const title = textOf(objectOf(body(replies, '/openapi.json')?.info)?.title);
    return title !== null && /\bJan\b/.test(title) ? 'Jan' : null;
  },
};
