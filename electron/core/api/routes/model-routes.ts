import { Hono } from 'hono';
import * as v from 'valibot';
import { MODEL_PURPOSES } from '../../../../shared/models-view.ts';
import { toWire } from '../../../../shared/wire.ts';
import type { Log } from '../../log.ts';
import type { Installed } from '../../models/installed.ts';
import { searchLibrary } from '../../models/library.ts';
import type { Models } from '../../models/models.ts';
import { modelNameSchema } from '../../models/repository-entry.ts';
import { bodyOf } from '../body.ts';
import { described } from '../openapi/describe.ts';
import { checked, queryOf } from '../problem.ts';
import { hangUp, streamed } from '../streamed-answer.ts';
import { addModelActions } from './model-action-routes.ts';

const text = v.nullable(v.string());
const amount = v.nullable(v.number());
const upstreamQuery = v.strictObject({ upstream: v.exactOptional(v.string()) });

/** Upstreams that could not be queried, and why. */
export const failuresAnswer = v.array(v.strictObject({ upstream: v.string(), error: v.string() }));

const installedAnswer = v.strictObject({
  models: v.array(
    v.strictObject({
      name: v.string(),
      upstream: v.string(),
      size: v.pipe(amount, v.description('bytes on disk')),
      digest: text,
      modifiedAt: v.pipe(text, v.description('RFC 3339, as sent by the server')),
      details: v.strictObject({
        format: text,
        family: text,
        parameterSize: text,
        quantizationLevel: text,
      }),
      contextLength: v.pipe(amount, v.description('tokens, of the running model')),
      loaded: v.nullable(v.boolean()),
      purpose: v.nullable(v.picklist(MODEL_PURPOSES)),
      contextMaximum: v.pipe(amount, v.description('tokens, of the model itself')),
    }),
  ),
  errors: failuresAnswer,
});

const libraryQuery = v.strictObject({ q: v.optional(v.pipe(v.string(), v.maxLength(200)), '') });
const libraryAnswer = v.strictObject({
  models: v.array(
    v.strictObject({
      name: v.string(),
      description: text,
      sizes: v.array(v.string()),
      capabilities: v.array(v.string()),
      pulls: text,
      tagCount: amount,
      updated: text,
      url: v.string(),
    }),
  ),
});

const pullSchema = v.pipe(
  v.strictObject({
    model: v.exactOptional(modelNameSchema),
    /** The older name of `model` in Ollama's API. */
    name: v.exactOptional(modelNameSchema),
    upstream: v.exactOptional(v.string()),
    insecure: v.exactOptional(v.boolean(), false),
  }),
  v.check(({ model, name }) => (model ?? name) !== undefined, 'model: name the one to download'),
);

const LIST = described({
  tag: 'models',
  summary: 'The models of the upstreams',
  description:
    'Upstreams that do not answer are listed in `errors`. If none answers, the request fails.',
  query: upstreamQuery,
  answer: installedAnswer,
  problems: [404, 502, 504],
});

const LIBRARY = described({
  tag: 'models',
  summary: 'Search the public model library',
  description: 'Searches the site in `libraryUrl` of the settings. Only `q` is sent there.',
  query: libraryQuery,
  answer: libraryAnswer,
  problems: [502, 504],
});

const PULL = described({
  tag: 'models',
  summary: 'Download a model to an upstream',
  description:
    'Without an upstream, the first that supports downloads is used. Closing the connection cancels the download; received data is kept, and the next download continues from there.',
  body: pullSchema,
  answer: {
    media: ['text/event-stream'],
    description:
      'Events with JSON: `progress` {status, digest, total, completed, percent, model, upstream}, in bytes of one layer; at the end `done` with the status `success`, or `error` {error, code, model, upstream}.',
  },
  problems: [404, 409, 501, 502, 504],
});

export interface ModelRoutesOptions {
  readonly models: Models;
  /** The address of the public library. */
  readonly libraryUrl: () => string;
  readonly log: Log;
}

/** Routes for the models that upstreams have or can download. */
export function modelRoutes({ models, libraryUrl, log }: ModelRoutesOptions): Hono {
  const app = new Hono();
  app.get('/models', LIST, async (c) => {
    const { upstream } = checked(upstreamQuery, queryOf(c));
    const { models: found, errors } = await models.installed(upstream, hangUp(c));
    return c.json({ models: toWire(found), errors: failuresOf(errors) });
  });
  app.get('/library', LIBRARY, async (c) => {
    const { q } = checked(libraryQuery, queryOf(c));
    const found = await searchLibrary({
      base: libraryUrl(),
      query: q,
      agent: models.agent,
      signal: hangUp(c),
    });
    return c.json({ models: toWire(found) });
  });
  addPull(app, models, log);
  addModelActions(app, models);
  return app;
}

/** Converts failures to the shape of the API. */
export function failuresOf(errors: Installed['errors']): object[] {
  return errors.map(({ upstream, error }) => ({ upstream, error: error.message }));
}

function addPull(app: Hono, models: Models, log: Log): void {
  app.post('/pull', PULL, async (c) => {
    const { model, name, upstream: wanted, insecure } = checked(pullSchema, await bodyOf(c));
    const chosen = { model: model ?? name ?? '', upstream: wanted, insecure };
    const { progress, upstream } = await models.pull(chosen, hangUp(c));
    const about = { model: chosen.model, upstream };
    return streamed(c, {
      about,
      onUnknown: (error) => log.error({ error: String(error) }, 'a download failed'),
      run: async (send) => {
        for await (const step of progress) {
          await send(step.status === 'success' ? 'done' : 'progress', { ...step, ...about });
        }
      },
    });
  });
}
